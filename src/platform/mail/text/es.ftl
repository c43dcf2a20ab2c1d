# Alrededor de cada mensaje, en español.

label = { $name }:
link-hint = Si el enlace no se abre, copie esta dirección en su navegador:
footer = { $organisation } ha enviado este mensaje mediante rights-academy. No carga nada de otros sitios ni informa de si se ha leído.
footer-installation = rights-academy ha enviado este mensaje. No carga nada de otros sitios ni informa de si se ha leído.
