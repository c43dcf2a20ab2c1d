# Mensajes de la inscripción y de las sesiones en español.

greeting = Hola, { $name }:
reason = Motivo indicado: { $reason }

## Qué puede hacer

button-training = Abrir la página de su formación
button-enrol = Inscribirse
button-accept = Aceptar la plaza
button-book = Elegir sus sesiones
button-join = Unirse a la sesión en línea
button-certificate = Abrir su certificado

## Inscripción

invited-subject = Invitación: { $training }
invited-text = { $organisation } le invita a la formación «{ $training }». Con el enlace siguiente puede ver de qué trata y cuándo se celebra, e inscribirse.

requested-subject = Hemos recibido su solicitud: { $training }
requested-text = Hemos recibido su solicitud para participar en la formación «{ $training }». Debe ser aprobada. Hasta entonces no tiene que hacer nada: le escribiremos en cuanto haya una decisión.

enrolled-subject = Su inscripción está confirmada: { $training }
enrolled-text = Su inscripción en la formación «{ $training }» está confirmada.
sessions-text = { $n ->
    [one] Esta es su sesión por ahora:
   *[other] Estas son sus sesiones por ahora:
}
sessions-none = Las sesiones aún no están programadas. La página de su formación las mostrará en cuanto lo estén.
book-heading = Sesiones por elegir
book-text = { $n ->
    [one] Para este módulo, elija la sesión que más le convenga:
   *[other] Para cada uno de estos módulos, elija la sesión que más le convenga:
}

waitlisted-subject = Está en la lista de espera: { $training }
waitlisted-text = Todas las plazas de la formación «{ $training }» están ocupadas. Ocupa el número { $position } de la lista de espera.
waitlisted-note = Las plazas que quedan libres se asignan por el orden de la lista. No tiene que hacer nada: le escribiremos cuando llegue su turno.

offered-subject = Tiene una plaza reservada: { $training }
offered-text = Ha quedado libre una plaza en la formación «{ $training }» y es su turno. La tiene reservada hasta este momento: { $until }.
offered-note = Si no la acepta antes, pasará a la siguiente persona de la lista de espera.

promoted-subject = Ha quedado libre una plaza y su inscripción está confirmada: { $training }
promoted-text = Ha quedado libre una plaza en la formación «{ $training }». Es suya: su inscripción está confirmada.

declined-subject = Su solicitud no ha sido aprobada: { $training }
declined-text = Su solicitud para participar en la formación «{ $training }» no ha sido aprobada.

closed-requested-subject = Su solicitud no se ha resuelto: { $training }
closed-requested-text = Usted solicitó una plaza en la formación «{ $training }». La formación ya está cerrada y su solicitud no se había resuelto. Lo sentimos.

closed-offered-subject = Ya no tiene la plaza reservada: { $training }
closed-offered-text = Tenía reservada una plaza en la formación «{ $training }», que no se aceptó antes de que se cerrara la formación. Ya no está reservada.

closed-waitlisted-subject = No ha quedado libre ninguna plaza: { $training }
closed-waitlisted-text = Usted solicitó una plaza en la formación «{ $training }». La formación ya está cerrada y no ha quedado libre ninguna plaza para usted. Lo sentimos.

offer-over-subject = Ya no tiene la plaza reservada: { $training }
offer-over-text = Tenía reservada una plaza en la formación «{ $training }», que no se aceptó a tiempo. Ya no está reservada. Mientras la inscripción esté abierta, puede volver a solicitar una plaza.

left-subject = Ha dejado la formación: { $training }
left-text = Ha dejado la formación «{ $training }», como deseaba. No recibirá más mensajes sobre sus sesiones. Si ha sido un error, puede volver a inscribirse mientras la inscripción esté abierta.

taken-out-subject = Su participación en la formación ha terminado: { $training }
taken-out-text = Los responsables de la formación «{ $training }» han dado por terminada su inscripción. Si cree que se trata de un error, diríjase a ellos.

## Sesiones

session-subject = Su sesión: { $module }, { $time }
session-text = Tiene una plaza en una sesión de la formación «{ $training }».
session-changed-subject = Cambio: { $module }, { $time }
session-changed-text = Ha cambiado una sesión de la formación «{ $training }»: «{ $module }», { $time }.
session-changes = Esto es lo que cambia:
session-cancelled-subject = Cancelación: { $module }, { $time }
session-cancelled-text = Se ha cancelado una sesión de la formación «{ $training }»: «{ $module }», { $time }.
session-left-subject = Ya no es su sesión: { $module }, { $time }
session-left-text = Ya no tiene plaza en esta sesión de la formación «{ $training }»: «{ $module }», { $time }.
session-given-subject = Imparte una sesión: { $module }, { $time }
session-given-text = Es una de las personas que imparten una sesión de la formación «{ $training }».
session-not-given-subject = Ya no imparte una sesión: { $module }, { $time }
session-not-given-text = Ya no es una de las personas que imparten esta sesión de la formación «{ $training }»: «{ $module }», { $time }.
choose-subject = Elija una sesión: { $module }
choose-text = En la formación «{ $training }», elija la sesión de este módulo que le convenga: «{ $module }».
choose-before = La sesión que estaba en su calendario es una de ellas. Su plaza en ella solo se mantiene si la elige.
choose-another = Elija otra sesión de este módulo.

calendar-add = La invitación adjunta añade la sesión a su calendario.
calendar-change = La invitación adjunta modifica la sesión en su calendario.
calendar-remove = El aviso adjunto quita la sesión de su calendario.

reminder-subject = Recordatorio: { $module }, { $time }
reminder-text = Una sesión de la formación «{ $training }» comienza { $ahead }.
ahead-minutes = { $n ->
    [one] dentro de un minuto
   *[other] dentro de { $n } minutos
}
ahead-hours = { $n ->
    [one] dentro de una hora
   *[other] dentro de { $n } horas
}
ahead-days = { $n ->
    [one] dentro de un día
   *[other] dentro de { $n } días
}

## Qué se dice de una sesión

fact-time = Fecha y hora
fact-mode = Modalidad
fact-booked = Usted participa
fact-link = Enlace a la reunión en línea
fact-place = Lugar
fact-room = Sala
fact-directions = Cómo llegar
fact-accessibility = Accesibilidad
fact-language = Idioma
fact-interpretation = Interpretación
mode-online = en línea
mode-in-person = presencial
mode-hybrid = presencial y en línea
was = Antes: { $was }
now = Ahora: { $now }
nothing = ninguno

## El camino hacia el certificado

missing-subject = { $n ->
    [one] Un módulo más para su certificado: { $training }
   *[other] { $n } módulos más para su certificado: { $training }
}
missing-completion = { $required ->
    [one] Para un certificado de finalización de la formación «{ $training }» necesita un módulo. Módulos a los que ha asistido hasta ahora: { $attended }.
   *[other] Para un certificado de finalización de la formación «{ $training }» necesita { $required } módulos. Módulos a los que ha asistido hasta ahora: { $attended }.
}
missing-attendance = { $required ->
    [one] Para un certificado de asistencia a la formación «{ $training }» necesita un módulo. Módulos a los que ha asistido hasta ahora: { $attended }.
   *[other] Para un certificado de asistencia a la formación «{ $training }» necesita { $required } módulos. Módulos a los que ha asistido hasta ahora: { $attended }.
}
missing-modules = { $n ->
    [one] Le falta un módulo. Aún no ha asistido a los siguientes:
   *[other] Le faltan { $n } módulos. Aún no ha asistido a los siguientes:
}
missing-none = No hay programada ninguna otra sesión de este módulo.
missing-ends = La última sesión de la formación es este día: { $date }.

certificate-subject = Su certificado está listo: { $training }
certificate-completion = Ha completado la formación «{ $training }». Su certificado de finalización está listo.
certificate-attendance = Ha asistido a la formación «{ $training }». Su certificado de asistencia está listo.

## Idiomas

language-en = inglés
language-sq = albanés
language-bg = búlgaro
language-fr = francés
language-nl = neerlandés
language-ga = irlandés
language-es = español
language-pt = portugués
language-de = alemán
language-el = griego
language-it = italiano
language-mk = macedonio
language-ro = rumano
language-rom = romaní
language-sr = serbio
language-tr = turco
language-uk = ucraniano
language-sgn = lengua de signos
language-ils = signos internacionales
language-sqk = lengua de signos albanesa
language-bqn = lengua de signos búlgara
language-sfb = lengua de signos de la Bélgica francófona
language-vgt = lengua de signos flamenca
language-dse = lengua de signos neerlandesa
language-isg = lengua de signos irlandesa
language-ssp = lengua de signos española
language-psr = lengua de signos portuguesa
