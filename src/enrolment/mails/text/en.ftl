# Mails of enrolment and of sessions in English.

greeting = Hello { $name },
reason = The reason given: { $reason }

## What to do

button-training = Open your training page
button-enrol = Enrol
button-accept = Accept the seat
button-book = Choose your sessions
button-join = Join the session online
button-certificate = Open your certificate

## Enrolment

invited-subject = You are invited: { $training }
invited-text = { $organisation } invites you to the training “{ $training }”. With the link below you see what it is about and when it takes place, and you can enrol.

requested-subject = Your request has arrived: { $training }
requested-text = Your request to take part in the training “{ $training }” has arrived. It needs an approval. You need not do anything until then: we will write to you as soon as it is decided.

enrolled-subject = You are enrolled: { $training }
enrolled-text = You are enrolled in the training “{ $training }”.
sessions-text = { $n ->
    [one] This is your session so far:
   *[other] These are your sessions so far:
}
sessions-none = The sessions are not planned yet. Your training page shows them as soon as they are.
book-heading = Sessions to choose
book-text = { $n ->
    [one] For this module, please choose the session that suits you:
   *[other] For each of these modules, please choose the session that suits you:
}

waitlisted-subject = You are on the waiting list: { $training }
waitlisted-text = All seats of the training “{ $training }” are taken. You are number { $position } on the waiting list.
waitlisted-note = Seats that come free go to the people on the list in their order. You need not do anything: we will write to you when it is your turn.

offered-subject = A seat is kept for you: { $training }
offered-text = A seat in the training “{ $training }” has come free, and it is your turn. It is kept for you until this time: { $until }.
offered-note = If you do not accept it by then, it goes to the next person on the waiting list.

promoted-subject = A seat has come free, and you are enrolled: { $training }
promoted-text = A seat in the training “{ $training }” has come free. It is yours: you are enrolled.

declined-subject = Your request was not approved: { $training }
declined-text = Your request to take part in the training “{ $training }” was not approved.

closed-requested-subject = Your request was not decided: { $training }
closed-requested-text = You asked for a seat in the training “{ $training }”. The training is now closed, and your request had not been decided. We are sorry.

closed-offered-subject = A seat is no longer kept for you: { $training }
closed-offered-text = A seat in the training “{ $training }” was kept for you, and was not accepted before the training was closed. It is no longer kept.

closed-waitlisted-subject = No seat came free: { $training }
closed-waitlisted-text = You asked for a seat in the training “{ $training }”. The training is now closed, and no seat came free for you. We are sorry.

offer-over-subject = A seat is no longer kept for you: { $training }
offer-over-text = A seat in the training “{ $training }” was kept for you and was not accepted in time. It is no longer kept. While enrolment is open, you can ask for a seat again.

left-subject = You have left the training: { $training }
left-text = You have left the training “{ $training }”, as you wished. You will get no more mails about its sessions. If this was a mistake, you can enrol again while enrolment is open.

taken-out-subject = Your part in the training has ended: { $training }
taken-out-text = Those who run the training “{ $training }” have ended your enrolment. If you think that this is a mistake, please ask them.

## Sessions

session-subject = Your session: { $module }, { $time }
session-text = You have a place in a session of the training “{ $training }”.
session-changed-subject = Changed: { $module }, { $time }
session-changed-text = A session of the training “{ $training }” has changed: “{ $module }”, { $time }.
session-changes = This is different now:
session-cancelled-subject = Cancelled: { $module }, { $time }
session-cancelled-text = A session of the training “{ $training }” is cancelled: “{ $module }”, { $time }.
session-left-subject = No longer your session: { $module }, { $time }
session-left-text = You no longer have a place in this session of the training “{ $training }”: “{ $module }”, { $time }.
session-given-subject = You give a session: { $module }, { $time }
session-given-text = You are among those who give a session of the training “{ $training }”.
session-not-given-subject = You no longer give a session: { $module }, { $time }
session-not-given-text = You are no longer among those who give this session of the training “{ $training }”: “{ $module }”, { $time }.
choose-subject = Please choose a session: { $module }
choose-text = In the training “{ $training }”, please choose the session of this module that suits you: “{ $module }”.
choose-before = The session that was in your calendar is one of them. Your place there is kept only if you choose it.
choose-another = Please choose another session of this module.

calendar-add = The invitation with this mail puts the session into your calendar.
calendar-change = The invitation with this mail changes the session in your calendar.
calendar-remove = The message with this mail takes the session out of your calendar.

reminder-subject = Reminder: { $module }, { $time }
reminder-text = A session of the training “{ $training }” starts { $ahead }.
ahead-minutes = { $n ->
    [one] in one minute
   *[other] in { $n } minutes
}
ahead-hours = { $n ->
    [one] in one hour
   *[other] in { $n } hours
}
ahead-days = { $n ->
    [one] in one day
   *[other] in { $n } days
}

## What is told of a session

fact-time = Date and time
fact-mode = Format
fact-booked = You take part
fact-link = Link to the online meeting
fact-place = Place
fact-room = Room
fact-directions = How to get there
fact-accessibility = Accessibility
fact-language = Language
fact-interpretation = Interpretation
mode-online = online
mode-in-person = in person
mode-hybrid = in person and online
was = Before: { $was }
now = Now: { $now }
nothing = none

## The way to the certificate

missing-subject = { $n ->
    [one] One module to your certificate: { $training }
   *[other] { $n } modules to your certificate: { $training }
}
missing-completion = { $required ->
    [one] For a certificate of completion of the training “{ $training }” you need one module. You have attended { $attended } so far.
   *[other] For a certificate of completion of the training “{ $training }” you need { $required } modules. You have attended { $attended } so far.
}
missing-attendance = { $required ->
    [one] For a certificate of attendance of the training “{ $training }” you need one module. You have attended { $attended } so far.
   *[other] For a certificate of attendance of the training “{ $training }” you need { $required } modules. You have attended { $attended } so far.
}
missing-modules = { $n ->
    [one] One more module is missing. You have not attended these yet:
   *[other] { $n } more modules are missing. You have not attended these yet:
}
missing-none = No further session of this module is planned.
missing-ends = The last session of the training is on this day: { $date }.

certificate-subject = Your certificate is ready: { $training }
certificate-completion = You have completed the training “{ $training }”. Your certificate of completion is ready.
certificate-attendance = You have attended the training “{ $training }”. Your certificate of attendance is ready.

## Languages

language-en = English
language-sq = Albanian
language-bg = Bulgarian
language-fr = French
language-nl = Dutch
language-ga = Irish
language-es = Spanish
language-pt = Portuguese
language-de = German
language-el = Greek
language-it = Italian
language-mk = Macedonian
language-ro = Romanian
language-rom = Romani
language-sr = Serbian
language-tr = Turkish
language-uk = Ukrainian
language-sgn = sign language
language-ils = International Sign
language-sqk = Albanian Sign Language
language-bqn = Bulgarian Sign Language
language-sfb = French Belgian Sign Language
language-vgt = Flemish Sign Language
language-dse = Sign Language of the Netherlands
language-isg = Irish Sign Language
language-ssp = Spanish Sign Language
language-psr = Portuguese Sign Language
