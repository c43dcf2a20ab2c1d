# Записи в календари на български.

programme = Програма: { $value }
cohort = Група: { $value }
mode = Провежда се: { $value }
mode-online = онлайн
mode-in-person = присъствено
mode-hybrid = присъствено и онлайн
link = За участие онлайн: { $value }
language = Език: { $value }
interpretation = Превод на: { $value }
accessibility = Достъпност: { $value }
directions = Как да стигнете: { $value }
place-online = Онлайн
room = зала { $value }
cancelled-because = Отменено: { $value }

to-be-booked = { $session } (изберете едно занятие)
to-be-booked-hint = Този модул се провежда няколко пъти и все още не сте избрали занятие. Щом изберете, останалите ще изчезнат от календара ви.
feed-name = Обучения: { $organisation }

language-sq = албански
language-bg = български
language-en = английски
language-fr = френски
language-nl = нидерландски
language-ga = ирландски
language-es = испански
language-pt = португалски
language-de = немски
language-el = гръцки
language-it = италиански
language-mk = македонски
language-rom = ромски
language-sr = сръбски
language-tr = турски
language-uk = украински
language-sgn = жестов език
