# Berichten over accounts in het Nederlands.

invitation-subject = { $organisation } nodigt u uit
invitation-greeting = Geachte heer of mevrouw,
invitation-text = { $organisation } nodigt u uit voor de opleiding over digitale mensenrechten. Met de link hieronder kiest u een wachtwoord, of gebruikt u het wachtwoord dat u al hebt, en krijgt u toegang.
invitation-button = De uitnodiging aanvaarden
invitation-note = De link werkt één keer, gedurende 14 dagen. Weet u niet waar dit over gaat, dan hoeft u niets te doen: er gebeurt niets.

reset-subject = Kies een nieuw wachtwoord
reset-greeting = Geachte { $name },
reset-text = Iemand, hopelijk uzelf, heeft gemeld dat u uw wachtwoord bent vergeten. Met de link hieronder kiest u een nieuw wachtwoord. Daarna bent u overal elders afgemeld.
reset-button = Een nieuw wachtwoord kiezen
reset-note = De link werkt één keer, gedurende één uur. Was u het niet, dan hoeft u niets te doen: uw wachtwoord blijft zoals het is.
