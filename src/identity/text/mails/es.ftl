# Mensajes de las cuentas en español.

invitation-subject = { $organisation } le invita
invitation-greeting = Hola:
invitation-text = { $organisation } le invita a su formación en derechos humanos digitales. Con el enlace siguiente puede elegir una contraseña, o usar la que ya tiene, y acceder.
invitation-button = Aceptar la invitación
invitation-note = El enlace funciona una sola vez, durante 14 días. Si no sabe de qué se trata, no haga nada: no ocurrirá nada.

reset-subject = Elija una contraseña nueva
reset-greeting = Hola, { $name }:
reset-text = Alguien, esperamos que usted, ha indicado que ha olvidado su contraseña. Con el enlace siguiente puede elegir una nueva. Después se cerrará su sesión en todos los demás dispositivos.
reset-button = Elegir una contraseña nueva
reset-note = El enlace funciona una sola vez, durante una hora. Si no ha sido usted, no haga nada: su contraseña sigue siendo la misma.
