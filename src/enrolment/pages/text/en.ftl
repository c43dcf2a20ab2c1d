# Pages of enrolment in English.

## What a link leads to

enrol-text = { $organisation } invites you to this training.
enrol-button = Enrol
enrol-full = All seats are taken. If you enrol, you wait in line, and we write to you as soon as a seat is yours.
enrol-approval-trainer = A trainer decides about each request. We write to you as soon as yours is decided.
enrol-approval-hr = Human resources decide about each request. We write to you as soon as yours is decided.
enrol-sign-in = You are asked to sign in first. If you have no account yet, whoever sent you this link can invite you.
enrol-elsewhere = You are signed in as { $email }, and this account is not on the roster of { $organisation }, so you cannot enrol with it. Ask human resources there, or whoever sent you the link, to invite you. If you have another account, sign out and sign in with that one.
link-gone-title = This link cannot be used
link-gone-text = It is over, was taken back, or was not copied whole from the mail. Ask whoever gave it to you for another one. If you enrolled with it already, you find your training in your account.
link-gone-next = Open your account

## What a training is

about-title = About this training
fact-organisation = Organisation
fact-language = Language of the documents
fact-days = Days
days-between = { $first } to { $last }
fact-seats = Seats
seats-unlimited = There is a seat for everybody.
seats-left = { $n ->
    [one] One seat is left.
   *[other] { $n } seats are left.
}
seats-none = All are taken. Whoever enrols waits in line.
fact-opens = You can enrol from
fact-closes = You can enrol until

sessions-title = Sessions
sessions-own-title = Your sessions
sessions-none = No session is planned yet.
materials-title = Materials
material-slides = slides
material-video = video
material-document = document
material-link = link

## Why one cannot enrol

not-closed = Enrolment closed at this time: { $time }. A trainer or human resources can still enrol you.
not-open-yet = Enrolment is not open yet. It opens at this time: { $time }.
not-open = Enrolment is not open yet.
not-again = You were taken out, or were not approved, by { $by }. Ask there if you want to take part.
not-eligible = This training is for people of certain departments, and for those with a link that invites them. Ask a trainer or human resources if you want to take part.
not-invited = You enrol in this training with a link that invites you. Ask a trainer or human resources for one.
not-any-more = This training is over.

## Where one stands

standing-title = Where you stand
standing-none = You are not enrolled in this training.
standing-requested = Your request has arrived and is not decided yet.
standing-offered = A seat is kept for you. Accept it before this time: { $until }.
standing-enrolled = You are enrolled.
standing-waitlisted = You are number { $position } in the line for a seat.
standing-declined = You have no seat in this training.
standing-withdrawn = You are not enrolled any more.
next-requested = You need not do anything: we write to you as soon as it is decided.
next-offered = If you do not accept it by then, it goes to the next person in line.
next-waitlisted = Seats that come free go to the people in line in their order. You need not do anything: we write to you when it is your turn.

short-requested = request not decided yet
short-offered = a seat is kept for you
short-enrolled = enrolled
short-waitlisted = number { $position } in line
short-declined = no seat
short-withdrawn = not enrolled any more

by-oneself = yourself
by-trainer = a trainer
by-hr = human resources
by-administrator = an administrator
approval-none = whoever runs the training
approval-trainer = a trainer
approval-hr = human resources

why-enrolled = You were enrolled by { $by }.
why-needs-approval = It is decided by { $approval }.
why-cohort-full = All seats were taken when you enrolled.
why-approved = Your request was approved by { $by }.
why-not-approved = Your request was not approved by { $by }. The reason given: { $reason }
why-next-in-line = A seat came free, and it was your turn.
why-seat-offered = A seat came free, and it is your turn.
why-offer-accepted = You accepted the seat that was kept for you.
why-offer-over = A seat was kept for you and was not accepted in time.
why-taken-out = You were taken out by { $by }.
why-closed-requested = The training closed before your request was decided.
why-closed-offered = A seat was kept for you, and the training closed before you accepted it.
why-closed-waitlisted = The training closed before a seat came free.

## What one does

accept-button = Accept the seat
choices-title = Choose your sessions
choices-text = Of each of these modules you come to one session. You can choose another one until it begins, and again when it is over and you missed it.
choices-button = Book this place
choices-end = Give this place up
place-online = online
place-in-person = in person
place-theirs = your place
place-full = full
places-left = { $n ->
    [one] one place left
   *[other] { $n } places left
}
needs-title = What you need to take part
needs-label = Tell the trainers
needs-hint = For example sign language, slides in advance, or a seat near the door. The trainers of this training read it, and nobody else. It is removed when the training is closed, or when you leave it.
needs-button = Save

withdrawal-link = Leave this training
withdrawal-title = Leave this training?
withdrawal-requested = Your request is then taken back. You can ask again while enrolment is open.
withdrawal-offered = The seat then goes to the next person in line. You can ask again while enrolment is open, and wait at the end of the line.
withdrawal-enrolled = Your seat and your places in its sessions then go to others. You can enrol again while enrolment is open, if a seat is free.
withdrawal-waitlisted = You then lose your turn. You can enrol again while enrolment is open, at the end of the line.
withdrawal-button = Leave the training
withdrawal-back = Keep things as they are

done-needs = What you need is noted.
done-booked = The place is yours.
done-given-up = The place is given up.
done-withdrawn = You have left the training.
done-accepted = The seat is yours.

refused-session-full = This session is full. Choose another place.
refused-session-begun = The session has begun, and this cannot be changed any more.
refused-module-attended = You attended this module already.
refused-offer-over = The time to accept this seat is over.
refused-no-offer = No seat is kept for you.
refused-no-place = Choose one of the places first.
refused-not-in-cohort = You are not in this training any more.
refused-not-enrolled = Places in sessions are for those who are enrolled.
refused-nothing-booked = You have no place there.
refused-too-long = This is too long: 2000 characters are kept.
refused-otherwise = This cannot be done any more: something has changed since you opened the page. Below you see how things are now.

## One's trainings

trainings-title = Your trainings
trainings-back = Your trainings
trainings-own = Where you take part
trainings-own-none = You take part in no training yet.
trainings-open = Where you can enrol
trainings-open-none = No training is open to you at present.

## One's calendar

calendar-file = Download these sessions for your calendar
calendar-hint = Each session comes by mail as an invitation, too. On the page of your trainings you can make an address that keeps your calendar up to date by itself.
calendar-title = Your calendar
calendar-text = Your calendar program can subscribe to an address that shows your sessions here and keeps up with every change.
calendar-button = Make a calendar address
calendar-since = Your calendar has an address since this time: { $time }.
calendar-again-text = It cannot be shown again. If you have lost it, make another one; the one before then ends.
calendar-again = Make another address
calendar-end = End the address
done-calendar-ended = The address of your calendar has ended.
calendar-made-title = The address of your calendar
calendar-made-text = Copy it now: it is shown only this once.
calendar-address = Address
calendar-secret = Whoever has it can read your calendar. Keep it to yourself; you can end it on the page of your trainings.
calendar-how = In your calendar program, look for “subscribe to a calendar”, “from the web” or “by URL”, and paste the address there.
