# Around every mail, in English.

label = { $name }:
link-hint = If the link cannot be opened, copy this address into your browser:
footer = This mail was sent by { $organisation } through rights-academy. It loads nothing from elsewhere and does not report whether it is read.
footer-installation = This mail was sent by rights-academy. It loads nothing from elsewhere and does not report whether it is read.
