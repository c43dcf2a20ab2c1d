# Berichten over inschrijving en bijeenkomsten in het Nederlands.

greeting = Geachte { $name },
reason = Opgegeven reden: { $reason }

## Wat u kunt doen

button-training = Open de pagina van uw opleiding
button-enrol = Schrijf u in
button-accept = Aanvaard de plaats
button-book = Kies uw bijeenkomsten
button-join = Neem online deel aan de bijeenkomst
button-certificate = Open uw certificaat

## Inschrijving

invited-subject = U bent uitgenodigd: { $training }
invited-text = { $organisation } nodigt u uit voor de opleiding ‘{ $training }’. Met de link hieronder ziet u waar de opleiding over gaat en wanneer zij plaatsvindt, en kunt u zich inschrijven.

requested-subject = Uw aanvraag is ontvangen: { $training }
requested-text = Uw aanvraag om deel te nemen aan de opleiding ‘{ $training }’ is ontvangen. Zij moet nog worden goedgekeurd. Tot dan hoeft u niets te doen: wij schrijven u zodra er een beslissing is.

enrolled-subject = U bent ingeschreven: { $training }
enrolled-text = U bent ingeschreven voor de opleiding ‘{ $training }’.
sessions-text = { $n ->
    [one] Dit is tot nu toe uw bijeenkomst:
   *[other] Dit zijn tot nu toe uw bijeenkomsten:
}
sessions-none = De bijeenkomsten zijn nog niet gepland. Zodra dat zo is, staan zij op de pagina van uw opleiding.
book-heading = Bijeenkomsten om te kiezen
book-text = { $n ->
    [one] Kies voor deze module de bijeenkomst die u het beste past:
   *[other] Kies voor elk van deze modules de bijeenkomst die u het beste past:
}

waitlisted-subject = U staat op de wachtlijst: { $training }
waitlisted-text = Alle plaatsen van de opleiding ‘{ $training }’ zijn bezet. U staat op nummer { $position } van de wachtlijst.
waitlisted-note = Plaatsen die vrijkomen, gaan naar de mensen op de lijst in hun volgorde. U hoeft niets te doen: wij schrijven u wanneer u aan de beurt bent.

offered-subject = Er is een plaats voor u gereserveerd: { $training }
offered-text = In de opleiding ‘{ $training }’ is een plaats vrijgekomen en u bent aan de beurt. De plaats is voor u gereserveerd tot dit tijdstip: { $until }.
offered-note = Aanvaardt u de plaats niet voor die tijd, dan gaat zij naar de volgende op de wachtlijst.

promoted-subject = Er is een plaats vrijgekomen en u bent ingeschreven: { $training }
promoted-text = In de opleiding ‘{ $training }’ is een plaats vrijgekomen. Zij is voor u: u bent ingeschreven.

declined-subject = Uw aanvraag is niet goedgekeurd: { $training }
declined-text = Uw aanvraag om deel te nemen aan de opleiding ‘{ $training }’ is niet goedgekeurd.

closed-requested-subject = Over uw aanvraag is niet beslist: { $training }
closed-requested-text = U hebt een plaats gevraagd in de opleiding ‘{ $training }’. De opleiding is nu afgesloten en over uw aanvraag was niet beslist. Dat spijt ons.

closed-offered-subject = Er is geen plaats meer voor u gereserveerd: { $training }
closed-offered-text = In de opleiding ‘{ $training }’ was een plaats voor u gereserveerd, die niet is aanvaard voordat de opleiding werd afgesloten. Zij is niet langer gereserveerd.

closed-waitlisted-subject = Er is geen plaats vrijgekomen: { $training }
closed-waitlisted-text = U hebt een plaats gevraagd in de opleiding ‘{ $training }’. De opleiding is nu afgesloten en er is voor u geen plaats vrijgekomen. Dat spijt ons.

offer-over-subject = Er is geen plaats meer voor u gereserveerd: { $training }
offer-over-text = In de opleiding ‘{ $training }’ was een plaats voor u gereserveerd, die niet op tijd is aanvaard. Zij is niet langer gereserveerd. Zolang de inschrijving open is, kunt u opnieuw een plaats vragen.

left-subject = U hebt de opleiding verlaten: { $training }
left-text = U hebt de opleiding ‘{ $training }’ op eigen verzoek verlaten. U krijgt geen berichten meer over de bijeenkomsten. Was dit een vergissing, dan kunt u zich opnieuw inschrijven zolang de inschrijving open is.

taken-out-subject = Uw deelname aan de opleiding is beëindigd: { $training }
taken-out-text = De organisatoren van de opleiding ‘{ $training }’ hebben uw inschrijving beëindigd. Denkt u dat dit een vergissing is, neem dan contact met hen op.

## Bijeenkomsten

session-subject = Uw bijeenkomst: { $module }, { $time }
session-text = U hebt een plaats in een bijeenkomst van de opleiding ‘{ $training }’.
session-changed-subject = Gewijzigd: { $module }, { $time }
session-changed-text = Een bijeenkomst van de opleiding ‘{ $training }’ is gewijzigd: ‘{ $module }’, { $time }.
session-changes = Dit is er anders:
session-cancelled-subject = Geannuleerd: { $module }, { $time }
session-cancelled-text = Een bijeenkomst van de opleiding ‘{ $training }’ gaat niet door: ‘{ $module }’, { $time }.
session-left-subject = Niet langer uw bijeenkomst: { $module }, { $time }
session-left-text = U hebt geen plaats meer in deze bijeenkomst van de opleiding ‘{ $training }’: ‘{ $module }’, { $time }.
session-given-subject = U geeft een bijeenkomst: { $module }, { $time }
session-given-text = U hoort bij degenen die een bijeenkomst van de opleiding ‘{ $training }’ geven.
session-not-given-subject = U geeft een bijeenkomst niet meer: { $module }, { $time }
session-not-given-text = U hoort niet meer bij degenen die deze bijeenkomst van de opleiding ‘{ $training }’ geven: ‘{ $module }’, { $time }.
choose-subject = Kies een bijeenkomst: { $module }
choose-text = Kies voor de opleiding ‘{ $training }’ de bijeenkomst van deze module die u past: ‘{ $module }’.
choose-before = De bijeenkomst die in uw agenda stond, is er een van. Uw plaats daar blijft alleen van u als u haar kiest.
choose-another = Kies een andere bijeenkomst van deze module.

calendar-add = De uitnodiging bij dit bericht zet de bijeenkomst in uw agenda.
calendar-change = De uitnodiging bij dit bericht wijzigt de bijeenkomst in uw agenda.
calendar-remove = De melding bij dit bericht haalt de bijeenkomst uit uw agenda.

reminder-subject = Herinnering: { $module }, { $time }
reminder-text = Een bijeenkomst van de opleiding ‘{ $training }’ begint { $ahead }.
ahead-minutes = { $n ->
    [one] over één minuut
   *[other] over { $n } minuten
}
ahead-hours = { $n ->
    [one] over één uur
   *[other] over { $n } uur
}
ahead-days = { $n ->
    [one] over één dag
   *[other] over { $n } dagen
}

## Wat over een bijeenkomst wordt gezegd

fact-time = Datum en tijd
fact-mode = Vorm
fact-booked = U neemt deel
fact-link = Link naar de onlinevergadering
fact-place = Plaats
fact-room = Zaal
fact-directions = Hoe u er komt
fact-accessibility = Toegankelijkheid
fact-language = Taal
fact-interpretation = Vertolking
mode-online = online
mode-in-person = ter plaatse
mode-hybrid = ter plaatse en online
was = Eerst: { $was }
now = Nu: { $now }
nothing = geen

## De weg naar het certificaat

missing-subject = { $n ->
    [one] Nog één module tot uw certificaat: { $training }
   *[other] Nog { $n } modules tot uw certificaat: { $training }
}
missing-completion = { $required ->
    [one] Voor een certificaat van voltooiing van de opleiding ‘{ $training }’ hebt u één module nodig. Tot nu toe hebt u er { $attended } gevolgd.
   *[other] Voor een certificaat van voltooiing van de opleiding ‘{ $training }’ hebt u { $required } modules nodig. Tot nu toe hebt u er { $attended } gevolgd.
}
missing-attendance = { $required ->
    [one] Voor een certificaat van deelname aan de opleiding ‘{ $training }’ hebt u één module nodig. Tot nu toe hebt u er { $attended } gevolgd.
   *[other] Voor een certificaat van deelname aan de opleiding ‘{ $training }’ hebt u { $required } modules nodig. Tot nu toe hebt u er { $attended } gevolgd.
}
missing-modules = { $n ->
    [one] Er ontbreekt nog één module. Deze hebt u nog niet gevolgd:
   *[other] Er ontbreken nog { $n } modules. Deze hebt u nog niet gevolgd:
}
missing-none = Er is geen bijeenkomst van deze module meer gepland.
missing-ends = De laatste bijeenkomst van de opleiding is op deze dag: { $date }.

certificate-subject = Uw certificaat is klaar: { $training }
certificate-completion = U hebt de opleiding ‘{ $training }’ voltooid. Uw certificaat van voltooiing is klaar.
certificate-attendance = U hebt deelgenomen aan de opleiding ‘{ $training }’. Uw certificaat van deelname is klaar.

## Talen

language-en = Engels
language-sq = Albanees
language-bg = Bulgaars
language-fr = Frans
language-nl = Nederlands
language-ga = Iers
language-es = Spaans
language-pt = Portugees
language-de = Duits
language-el = Grieks
language-it = Italiaans
language-mk = Macedonisch
language-ro = Roemeens
language-rom = Romani
language-sr = Servisch
language-tr = Turks
language-uk = Oekraïens
language-sgn = gebarentaal
language-ils = internationale gebaren
language-sqk = Albanese gebarentaal
language-bqn = Bulgaarse gebarentaal
language-sfb = Frans-Belgische gebarentaal
language-vgt = Vlaamse gebarentaal
language-dse = Nederlandse gebarentaal
language-isg = Ierse gebarentaal
language-ssp = Spaanse gebarentaal
language-psr = Portugese gebarentaal
