# Entries of calendars in English.

programme = Programme: { $value }
cohort = Group: { $value }
mode = Held: { $value }
mode-online = online
mode-in-person = in person
mode-hybrid = in person and online
link = To take part online: { $value }
language = Language: { $value }
interpretation = Interpreted into: { $value }
accessibility = Accessibility: { $value }
directions = How to get there: { $value }
place-online = Online
room = room { $value }
cancelled-because = Cancelled: { $value }

to-be-booked = { $session } (choose one session)
to-be-booked-hint = This module is given several times, and you have not chosen a session yet. Once you have, the others leave your calendar.
feed-name = Training: { $organisation }

language-sq = Albanian
language-bg = Bulgarian
language-en = English
language-fr = French
language-nl = Dutch
language-ga = Irish
language-es = Spanish
language-pt = Portuguese
language-de = German
language-el = Greek
language-it = Italian
language-mk = Macedonian
language-rom = Romani
language-sr = Serbian
language-tr = Turkish
language-uk = Ukrainian
language-sgn = sign language
