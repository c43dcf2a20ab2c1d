# Agenda-items in het Nederlands.

programme = Programma: { $value }
cohort = Groep: { $value }
mode = Vorm: { $value }
mode-online = online
mode-in-person = op locatie
mode-hybrid = op locatie en online
link = Online deelnemen: { $value }
language = Taal: { $value }
interpretation = Vertolking in: { $value }
accessibility = Toegankelijkheid: { $value }
directions = Routebeschrijving: { $value }
place-online = Online
room = zaal { $value }
cancelled-because = Geannuleerd: { $value }

to-be-booked = { $session } (kies één bijeenkomst)
to-be-booked-hint = Deze module wordt meermaals gegeven en u hebt nog geen bijeenkomst gekozen. Zodra u kiest, verdwijnen de andere uit uw agenda.
feed-name = Opleidingen: { $organisation }

language-sq = Albanees
language-bg = Bulgaars
language-en = Engels
language-fr = Frans
language-nl = Nederlands
language-ga = Iers
language-es = Spaans
language-pt = Portugees
language-de = Duits
language-el = Grieks
language-it = Italiaans
language-mk = Macedonisch
language-rom = Romani
language-sr = Servisch
language-tr = Turks
language-uk = Oekraïens
language-sgn = gebarentaal
