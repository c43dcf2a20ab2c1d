# Shënimet e kalendarëve në shqip.

programme = Programi: { $value }
cohort = Grupi: { $value }
mode = Zhvillohet: { $value }
mode-online = në internet
mode-in-person = me praninë tuaj
mode-hybrid = me praninë tuaj dhe në internet
link = Për të marrë pjesë në internet: { $value }
language = Gjuha: { $value }
interpretation = Me përkthim në: { $value }
accessibility = Aksesueshmëria: { $value }
directions = Si të arrini atje: { $value }
place-online = Në internet
room = salla { $value }
cancelled-because = Anuluar: { $value }

to-be-booked = { $session } (zgjidhni një seancë)
to-be-booked-hint = Ky modul jepet disa herë dhe ju ende nuk keni zgjedhur një seancë. Sapo ta zgjidhni, të tjerat largohen nga kalendari juaj.
feed-name = Trajnime: { $organisation }

language-sq = shqip
language-bg = bullgarisht
language-en = anglisht
language-fr = frëngjisht
language-nl = holandisht
language-ga = irlandisht
language-es = spanjisht
language-pt = portugalisht
language-de = gjermanisht
language-el = greqisht
language-it = italisht
language-mk = maqedonisht
language-rom = romisht
language-sr = serbisht
language-tr = turqisht
language-uk = ukrainisht
language-sgn = gjuha e shenjave
