# Messages de l’inscription et des séances en français.

greeting = Bonjour { $name },
reason = Motif indiqué : { $reason }

## Ce que vous pouvez faire

button-training = Ouvrir la page de votre formation
button-enrol = S’inscrire
button-accept = Accepter la place
button-book = Choisir vos séances
button-join = Rejoindre la séance en ligne
button-certificate = Ouvrir votre certificat

## Inscription

invited-subject = Invitation : { $training }
invited-text = { $organisation } vous invite à la formation « { $training } ». Avec le lien ci-dessous, vous voyez de quoi il s’agit et quand elle a lieu, et vous pouvez vous inscrire.

requested-subject = Votre demande est arrivée : { $training }
requested-text = Votre demande de participation à la formation « { $training } » est arrivée. Elle doit être approuvée. D’ici là, vous n’avez rien à faire : nous vous écrirons dès que la décision sera prise.

enrolled-subject = Votre inscription est confirmée : { $training }
enrolled-text = Votre inscription à la formation « { $training } » est confirmée.
sessions-text = { $n ->
    [one] Voici votre séance à ce jour :
   *[other] Voici vos séances à ce jour :
}
sessions-none = Les séances ne sont pas encore fixées. La page de votre formation les indiquera dès qu’elles le seront.
book-heading = Séances à choisir
book-text = { $n ->
    [one] Pour ce module, veuillez choisir la séance qui vous convient :
   *[other] Pour chacun de ces modules, veuillez choisir la séance qui vous convient :
}

waitlisted-subject = Vous êtes sur la liste d’attente : { $training }
waitlisted-text = Toutes les places de la formation « { $training } » sont prises. Vous avez le numéro { $position } sur la liste d’attente.
waitlisted-note = Les places qui se libèrent sont attribuées dans l’ordre de la liste. Vous n’avez rien à faire : nous vous écrirons quand ce sera votre tour.

offered-subject = Une place vous est réservée : { $training }
offered-text = Une place s’est libérée dans la formation « { $training } », et c’est votre tour. Elle vous est réservée jusqu’à la date suivante : { $until }.
offered-note = Si vous ne l’acceptez pas d’ici là, elle reviendra à la personne suivante sur la liste d’attente.

promoted-subject = Une place s’est libérée, votre inscription est confirmée : { $training }
promoted-text = Une place s’est libérée dans la formation « { $training } ». Elle est à vous : votre inscription est confirmée.

declined-subject = Votre demande n’a pas été approuvée : { $training }
declined-text = Votre demande de participation à la formation « { $training } » n’a pas été approuvée.

closed-requested-subject = Votre demande est restée sans réponse : { $training }
closed-requested-text = Vous aviez demandé une place dans la formation « { $training } ». La formation est à présent close, et aucune décision n’avait été prise sur votre demande. Nous le regrettons.

closed-offered-subject = La place ne vous est plus réservée : { $training }
closed-offered-text = Une place dans la formation « { $training } » vous était réservée et n’a pas été acceptée avant la clôture de la formation. Elle ne vous est plus réservée.

closed-waitlisted-subject = Aucune place ne s’est libérée : { $training }
closed-waitlisted-text = Vous aviez demandé une place dans la formation « { $training } ». La formation est à présent close, et aucune place ne s’est libérée pour vous. Nous le regrettons.

offer-over-subject = La place ne vous est plus réservée : { $training }
offer-over-text = Une place dans la formation « { $training } » vous était réservée et n’a pas été acceptée à temps. Elle ne vous est plus réservée. Tant que les inscriptions sont ouvertes, vous pouvez demander une place à nouveau.

left-subject = Vous avez quitté la formation : { $training }
left-text = Vous avez quitté la formation « { $training } », comme vous le souhaitiez. Vous ne recevrez plus de messages sur ses séances. En cas d’erreur, vous pouvez vous inscrire à nouveau tant que les inscriptions sont ouvertes.

taken-out-subject = Votre participation à la formation a pris fin : { $training }
taken-out-text = Les responsables de la formation « { $training } » ont mis fin à votre inscription. Si vous pensez qu’il s’agit d’une erreur, veuillez vous adresser à eux.

## Séances

session-subject = Votre séance : { $module }, { $time }
session-text = Vous avez une place dans une séance de la formation « { $training } ».
session-changed-subject = Modification : { $module }, { $time }
session-changed-text = Une séance de la formation « { $training } » a été modifiée : « { $module } », { $time }.
session-changes = Voici ce qui change :
session-cancelled-subject = Annulation : { $module }, { $time }
session-cancelled-text = Une séance de la formation « { $training } » est annulée : « { $module } », { $time }.
session-left-subject = Ce n’est plus votre séance : { $module }, { $time }
session-left-text = Vous n’avez plus de place dans cette séance de la formation « { $training } » : « { $module } », { $time }.
session-given-subject = Vous animez une séance : { $module }, { $time }
session-given-text = Vous faites partie de ceux qui animent une séance de la formation « { $training } ».
session-not-given-subject = Vous n’animez plus une séance : { $module }, { $time }
session-not-given-text = Vous ne faites plus partie de ceux qui animent cette séance de la formation « { $training } » : « { $module } », { $time }.
choose-subject = Choisissez une séance : { $module }
choose-text = Dans la formation « { $training } », choisissez la séance de ce module qui vous convient : « { $module } ».
choose-before = La séance qui figurait dans votre agenda est l’une d’elles. Votre place n’y est gardée que si vous la choisissez.
choose-another = Choisissez une autre séance de ce module.

calendar-add = L’invitation jointe inscrit la séance dans votre agenda.
calendar-change = L’invitation jointe modifie la séance dans votre agenda.
calendar-remove = L’avis joint retire la séance de votre agenda.

reminder-subject = Rappel : { $module }, { $time }
reminder-text = Une séance de la formation « { $training } » commence { $ahead }.
ahead-minutes = { $n ->
    [one] dans une minute
   *[other] dans { $n } minutes
}
ahead-hours = { $n ->
    [one] dans une heure
   *[other] dans { $n } heures
}
ahead-days = { $n ->
    [one] dans un jour
   *[other] dans { $n } jours
}

## Ce qui est dit d’une séance

fact-time = Date et heure
fact-mode = Forme
fact-booked = Vous participez
fact-link = Lien vers la réunion en ligne
fact-place = Lieu
fact-room = Salle
fact-directions = Comment s’y rendre
fact-accessibility = Accessibilité
fact-language = Langue
fact-interpretation = Interprétation
mode-online = en ligne
mode-in-person = sur place
mode-hybrid = sur place et en ligne
was = Avant : { $was }
now = Maintenant : { $now }
nothing = néant

## Le chemin vers le certificat

missing-subject = { $n ->
    [one] Encore un module avant votre certificat : { $training }
   *[other] Encore { $n } modules avant votre certificat : { $training }
}
missing-completion = { $required ->
    [one] Le certificat de réussite de la formation « { $training } » demande un module. Modules que vous avez suivis à ce jour : { $attended }.
   *[other] Le certificat de réussite de la formation « { $training } » demande { $required } modules. Modules que vous avez suivis à ce jour : { $attended }.
}
missing-attendance = { $required ->
    [one] Le certificat de participation à la formation « { $training } » demande un module. Modules que vous avez suivis à ce jour : { $attended }.
   *[other] Le certificat de participation à la formation « { $training } » demande { $required } modules. Modules que vous avez suivis à ce jour : { $attended }.
}
missing-modules = { $n ->
    [one] Il vous manque un module. Vous n’avez pas encore suivi les suivants :
   *[other] Il vous manque { $n } modules. Vous n’avez pas encore suivi les suivants :
}
missing-none = Aucune autre séance de ce module n’est prévue.
missing-ends = La dernière séance de la formation a lieu à la date suivante : { $date }.

certificate-subject = Votre certificat est prêt : { $training }
certificate-completion = Vous avez suivi la formation « { $training } » jusqu’au bout. Votre certificat de réussite est prêt.
certificate-attendance = Vous avez participé à la formation « { $training } ». Votre certificat de participation est prêt.

## Langues

language-en = anglais
language-sq = albanais
language-bg = bulgare
language-fr = français
language-nl = néerlandais
language-ga = irlandais
language-es = espagnol
language-pt = portugais
language-de = allemand
language-el = grec
language-it = italien
language-mk = macédonien
language-ro = roumain
language-rom = romani
language-sr = serbe
language-tr = turc
language-uk = ukrainien
language-sgn = langue des signes
language-ils = signes internationaux
language-sqk = langue des signes albanaise
language-bqn = langue des signes bulgare
language-sfb = langue des signes de Belgique francophone
language-vgt = langue des signes flamande
language-dse = langue des signes néerlandaise
language-isg = langue des signes irlandaise
language-ssp = langue des signes espagnole
language-psr = langue des signes portugaise
