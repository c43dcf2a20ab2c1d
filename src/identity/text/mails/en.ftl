# Mails of accounts in English.

invitation-subject = { $organisation } invites you
invitation-greeting = Hello,
invitation-text = { $organisation } invites you to its training in digital human rights. With the link below you choose a password, or use the one that you have, and are in.
invitation-button = Accept the invitation
invitation-note = The link works once, for 14 days. If you do not know what this is about, do nothing: nothing happens.

reset-subject = Choose a new password
reset-greeting = Hello { $name },
reset-text = somebody, we hope you, said that you forgot your password. With the link below you choose a new one. You are then signed out everywhere else.
reset-button = Choose a new password
reset-note = The link works once, for one hour. If it was not you, do nothing: your password stays as it is.
