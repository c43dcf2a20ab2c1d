# Messages des comptes en français.

invitation-subject = { $organisation } vous invite
invitation-greeting = Bonjour,
invitation-text = { $organisation } vous invite à sa formation aux droits humains numériques. Avec le lien ci-dessous, vous choisissez un mot de passe ou utilisez celui que vous avez, et votre accès est ouvert.
invitation-button = Accepter l’invitation
invitation-note = Le lien fonctionne une seule fois, pendant 14 jours. Si vous ne savez pas de quoi il s’agit, ne faites rien : rien ne se passera.

reset-subject = Choisissez un nouveau mot de passe
reset-greeting = Bonjour { $name },
reset-text = Quelqu’un, nous espérons que c’est vous, a indiqué que vous aviez oublié votre mot de passe. Avec le lien ci-dessous, vous en choisissez un nouveau. Vos sessions ouvertes ailleurs seront alors fermées.
reset-button = Choisir un nouveau mot de passe
reset-note = Le lien fonctionne une seule fois, pendant une heure. Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.
