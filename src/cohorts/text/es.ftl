# Entradas de calendario en español.

programme = Programa: { $value }
cohort = Grupo: { $value }
mode = Modalidad: { $value }
mode-online = en línea
mode-in-person = presencial
mode-hybrid = presencial y en línea
link = Para participar en línea: { $value }
language = Idioma: { $value }
interpretation = Interpretación: { $value }
accessibility = Accesibilidad: { $value }
directions = Cómo llegar: { $value }
place-online = En línea
room = sala { $value }
cancelled-because = Cancelada: { $value }

to-be-booked = { $session } (elija una sesión)
to-be-booked-hint = Este módulo se imparte varias veces y todavía no ha elegido una sesión. En cuanto lo haga, las demás saldrán de su calendario.
feed-name = Formación: { $organisation }

language-sq = albanés
language-bg = búlgaro
language-en = inglés
language-fr = francés
language-nl = neerlandés
language-ga = irlandés
language-es = español
language-pt = portugués
language-de = alemán
language-el = griego
language-it = italiano
language-mk = macedonio
language-rom = romaní
language-sr = serbio
language-tr = turco
language-uk = ucraniano
language-sgn = lengua de signos
