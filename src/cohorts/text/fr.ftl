# Entrées d’agenda en français.

programme = Programme : { $value }
cohort = Groupe : { $value }
mode = Déroulement : { $value }
mode-online = en ligne
mode-in-person = en présentiel
mode-hybrid = en présentiel et en ligne
link = Pour participer en ligne : { $value }
language = Langue : { $value }
interpretation = Interprétation : { $value }
accessibility = Accessibilité : { $value }
directions = Pour s’y rendre : { $value }
place-online = En ligne
room = salle { $value }
cancelled-because = Annulé : { $value }

to-be-booked = { $session } (choisissez une séance)
to-be-booked-hint = Ce module est donné plusieurs fois et vous n’avez pas encore choisi de séance. Dès que vous l’aurez fait, les autres quitteront votre agenda.
feed-name = Formations : { $organisation }

language-sq = albanais
language-bg = bulgare
language-en = anglais
language-fr = français
language-nl = néerlandais
language-ga = irlandais
language-es = espagnol
language-pt = portugais
language-de = allemand
language-el = grec
language-it = italien
language-mk = macédonien
language-rom = romani
language-sr = serbe
language-tr = turc
language-uk = ukrainien
language-sgn = langue des signes
