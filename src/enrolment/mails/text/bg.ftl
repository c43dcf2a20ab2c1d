# Писма за записването и за занятията на български.

greeting = Здравейте, { $name },
reason = Посочена причина: { $reason }

## Какво може да направите

button-training = Отваряне на страницата на обучението
button-enrol = Записване
button-accept = Приемане на мястото
button-book = Избор на занятия
button-join = Включване в занятието онлайн
button-certificate = Отваряне на удостоверението

## Записване

invited-subject = Покана за Вас: { $training }
invited-text = { $organisation } Ви кани на обучението „{ $training }“. С връзката по-долу ще видите за какво е то и кога се провежда и можете да се запишете.

requested-subject = Заявката Ви е получена: { $training }
requested-text = Заявката Ви за участие в обучението „{ $training }“ е получена. Тя трябва да бъде одобрена. Дотогава не е нужно да правите нищо: ще Ви пишем веднага щом има решение.

enrolled-subject = Записването Ви е потвърдено: { $training }
enrolled-text = Записването Ви за обучението „{ $training }“ е потвърдено.
sessions-text = { $n ->
    [one] Това е Вашето занятие засега:
   *[other] Това са Вашите занятия засега:
}
sessions-none = Занятията още не са насрочени. Страницата на обучението ще ги покаже веднага щом бъдат насрочени.
book-heading = Занятия за избор
book-text = { $n ->
    [one] За този модул, моля, изберете удобното за Вас занятие:
   *[other] За всеки от тези модули, моля, изберете удобното за Вас занятие:
}

waitlisted-subject = Вие сте в списъка на чакащите: { $training }
waitlisted-text = Всички места в обучението „{ $training }“ са заети. Вие сте номер { $position } в списъка на чакащите.
waitlisted-note = Освободените места се дават на хората в списъка по реда им. Не е нужно да правите нищо: ще Ви пишем, когато дойде Вашият ред.

offered-subject = Пазим място за Вас: { $training }
offered-text = В обучението „{ $training }“ се освободи място и е Ваш ред. Пазим го за Вас до този момент: { $until }.
offered-note = Ако не го приемете дотогава, то отива при следващия в списъка на чакащите.

promoted-subject = Освободи се място и записването Ви е потвърдено: { $training }
promoted-text = В обучението „{ $training }“ се освободи място. То е Ваше: записването Ви е потвърдено.

declined-subject = Заявката Ви не е одобрена: { $training }
declined-text = Заявката Ви за участие в обучението „{ $training }“ не е одобрена.

closed-requested-subject = По заявката Ви не беше взето решение: { $training }
closed-requested-text = Вие поискахте място в обучението „{ $training }“. Обучението вече е приключено, а по заявката Ви не беше взето решение. Съжаляваме.

closed-offered-subject = Вече не пазим място за Вас: { $training }
closed-offered-text = Място в обучението „{ $training }“ беше запазено за Вас и не беше прието, преди обучението да приключи. То вече не се пази.

closed-waitlisted-subject = Не се освободи място: { $training }
closed-waitlisted-text = Вие поискахте място в обучението „{ $training }“. Обучението вече е приключено и за Вас не се освободи място. Съжаляваме.

offer-over-subject = Вече не пазим място за Вас: { $training }
offer-over-text = Място в обучението „{ $training }“ беше запазено за Вас и не беше прието навреме. То вече не се пази. Докато записването е отворено, можете отново да поискате място.

left-subject = Вие напуснахте обучението: { $training }
left-text = Вие напуснахте обучението „{ $training }“ по свое желание. Няма да получавате повече писма за неговите занятия. Ако е станала грешка, можете да се запишете отново, докато записването е отворено.

taken-out-subject = Участието Ви в обучението е прекратено: { $training }
taken-out-text = Организаторите на обучението „{ $training }“ прекратиха Вашето записване. Ако смятате, че е станала грешка, моля, обърнете се към тях.

## Занятия

session-subject = Вашето занятие: { $module }, { $time }
session-text = Имате място в занятие от обучението „{ $training }“.
session-changed-subject = Промяна: { $module }, { $time }
session-changed-text = Занятие от обучението „{ $training }“ е променено: „{ $module }“, { $time }
session-changes = Ето какво е различно:
session-cancelled-subject = Отменено: { $module }, { $time }
session-cancelled-text = Занятие от обучението „{ $training }“ е отменено: „{ $module }“, { $time }
session-left-subject = Вече не е Ваше занятие: { $module }, { $time }
session-left-text = Вече нямате място в това занятие от обучението „{ $training }“: „{ $module }“, { $time }
session-given-subject = Водите занятие: { $module }, { $time }
session-given-text = Вие сте сред водещите на занятие от обучението „{ $training }“.
session-not-given-subject = Вече не водите занятие: { $module }, { $time }
session-not-given-text = Вече не сте сред водещите на това занятие от обучението „{ $training }“: „{ $module }“, { $time }
choose-subject = Моля, изберете занятие: { $module }
choose-text = Моля, изберете занятието от този модул на обучението „{ $training }“, което Ви е удобно: „{ $module }“.
choose-before = Занятието, което беше в календара Ви, е едно от тях. Мястото Ви в него се пази само ако го изберете.
choose-another = Моля, изберете друго занятие от този модул.

calendar-add = Поканата към това писмо вписва занятието в календара Ви.
calendar-change = Поканата към това писмо променя занятието в календара Ви.
calendar-remove = Съобщението към това писмо премахва занятието от календара Ви.

reminder-subject = Напомняне: { $module }, { $time }
reminder-text = Занятие от обучението „{ $training }“ започва { $ahead }.
ahead-minutes = { $n ->
    [one] след една минута
   *[other] след { $n } минути
}
ahead-hours = { $n ->
    [one] след един час
   *[other] след { $n } часа
}
ahead-days = { $n ->
    [one] след един ден
   *[other] след { $n } дни
}

## Какво се съобщава за едно занятие

fact-time = Дата и час
fact-mode = Форма
fact-booked = Вие участвате
fact-link = Връзка към онлайн срещата
fact-place = Място
fact-room = Зала
fact-directions = Как да стигнете дотам
fact-accessibility = Достъпност
fact-language = Език
fact-interpretation = Устен превод
mode-online = онлайн
mode-in-person = присъствено
mode-hybrid = присъствено и онлайн
was = Преди: { $was }
now = Сега: { $now }
nothing = няма

## Пътят към удостоверението

missing-subject = { $n ->
    [one] Още един модул до Вашето удостоверение: { $training }
   *[other] Още { $n } модула до Вашето удостоверение: { $training }
}
missing-completion = { $required ->
    [one] За удостоверение за завършване на обучението „{ $training }“ е нужен един модул. Досега сте посетили { $attended }.
   *[other] За удостоверение за завършване на обучението „{ $training }“ са нужни { $required } модула. Досега сте посетили { $attended }.
}
missing-attendance = { $required ->
    [one] За удостоверение за участие в обучението „{ $training }“ е нужен един модул. Досега сте посетили { $attended }.
   *[other] За удостоверение за участие в обучението „{ $training }“ са нужни { $required } модула. Досега сте посетили { $attended }.
}
missing-modules = { $n ->
    [one] Остава още един модул. Все още не сте посетили следните:
   *[other] Остават още { $n } модула. Все още не сте посетили следните:
}
missing-none = Няма насрочено друго занятие по този модул.
missing-ends = Последното занятие от обучението е на тази дата: { $date }

certificate-subject = Удостоверението Ви е готово: { $training }
certificate-completion = Вие завършихте обучението „{ $training }“. Удостоверението Ви за завършване е готово.
certificate-attendance = Вие участвахте в обучението „{ $training }“. Удостоверението Ви за участие е готово.

## Езици

language-en = английски
language-sq = албански
language-bg = български
language-fr = френски
language-nl = нидерландски
language-ga = ирландски
language-es = испански
language-pt = португалски
language-de = немски
language-el = гръцки
language-it = италиански
language-mk = македонски
language-ro = румънски
language-rom = ромски
language-sr = сръбски
language-tr = турски
language-uk = украински
language-sgn = жестов език
language-ils = международни жестове
language-sqk = албански жестов език
language-bqn = български жестов език
language-sfb = френско-белгийски жестов език
language-vgt = фламандски жестов език
language-dse = нидерландски жестов език
language-isg = ирландски жестов език
language-ssp = испански жестов език
language-psr = португалски жестов език
