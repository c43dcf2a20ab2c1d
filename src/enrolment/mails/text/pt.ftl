# Mensagens da inscrição e das sessões em português.

greeting = Olá, { $name },
reason = Motivo indicado: { $reason }

## O que pode fazer

button-training = Abrir a página da sua formação
button-enrol = Inscrever-se
button-accept = Aceitar a vaga
button-book = Escolher as suas sessões
button-join = Entrar na sessão online
button-certificate = Abrir o seu certificado

## Inscrição

invited-subject = Convite: { $training }
invited-text = Recebeu um convite de { $organisation } para a formação «{ $training }». Com a ligação abaixo pode ver de que trata e quando se realiza, e fazer a sua inscrição.

requested-subject = O seu pedido foi recebido: { $training }
requested-text = O seu pedido de participação na formação «{ $training }» foi recebido. Tem de ser aprovado. Até lá não precisa de fazer nada: escrever-lhe-emos assim que houver uma decisão.

enrolled-subject = A sua inscrição está confirmada: { $training }
enrolled-text = A sua inscrição na formação «{ $training }» está confirmada.
sessions-text = { $n ->
    [one] Esta é a sua sessão até agora:
   *[other] Estas são as suas sessões até agora:
}
sessions-none = As sessões ainda não estão marcadas. A página da sua formação irá mostrá-las assim que estiverem.
book-heading = Sessões a escolher
book-text = { $n ->
    [one] Para este módulo, escolha a sessão que mais lhe convém:
   *[other] Para cada um destes módulos, escolha a sessão que mais lhe convém:
}

waitlisted-subject = Está na lista de espera: { $training }
waitlisted-text = Todas as vagas da formação «{ $training }» estão ocupadas. Tem o número { $position } na lista de espera.
waitlisted-note = As vagas que ficam livres são atribuídas pela ordem da lista. Não precisa de fazer nada: escrever-lhe-emos quando chegar a sua vez.

offered-subject = Tem uma vaga reservada: { $training }
offered-text = Ficou livre uma vaga na formação «{ $training }» e é a sua vez. A vaga está reservada para si até este momento: { $until }.
offered-note = Se não a aceitar até lá, passará para a pessoa seguinte da lista de espera.

promoted-subject = Ficou livre uma vaga e a sua inscrição está confirmada: { $training }
promoted-text = Ficou livre uma vaga na formação «{ $training }». É sua: a sua inscrição está confirmada.

declined-subject = O seu pedido não foi aprovado: { $training }
declined-text = O seu pedido de participação na formação «{ $training }» não foi aprovado.

closed-requested-subject = O seu pedido não foi decidido: { $training }
closed-requested-text = Pediu uma vaga na formação «{ $training }». A formação está agora encerrada e o seu pedido não tinha sido decidido. Lamentamos.

closed-offered-subject = A vaga já não está reservada para si: { $training }
closed-offered-text = Tinha uma vaga reservada na formação «{ $training }», que não foi aceite antes de a formação ser encerrada. Já não está reservada.

closed-waitlisted-subject = Não ficou livre nenhuma vaga: { $training }
closed-waitlisted-text = Pediu uma vaga na formação «{ $training }». A formação está agora encerrada e não ficou livre nenhuma vaga para si. Lamentamos.

offer-over-subject = A vaga já não está reservada para si: { $training }
offer-over-text = Tinha uma vaga reservada na formação «{ $training }», que não foi aceite a tempo. Já não está reservada. Enquanto as inscrições estiverem abertas, pode pedir novamente uma vaga.

left-subject = Saiu da formação: { $training }
left-text = Saiu da formação «{ $training }», como desejava. Não receberá mais mensagens sobre as suas sessões. Se foi engano, pode voltar a inscrever-se enquanto as inscrições estiverem abertas.

taken-out-subject = A sua participação na formação terminou: { $training }
taken-out-text = Os responsáveis pela formação «{ $training }» terminaram a sua inscrição. Se considera que se trata de um engano, contacte-os, por favor.

## Sessões

session-subject = A sua sessão: { $module }, { $time }
session-text = Tem lugar numa sessão da formação «{ $training }».
session-changed-subject = Alteração: { $module }, { $time }
session-changed-text = Uma sessão da formação «{ $training }» foi alterada: «{ $module }», { $time }.
session-changes = Eis o que muda:
session-cancelled-subject = Cancelamento: { $module }, { $time }
session-cancelled-text = Uma sessão da formação «{ $training }» foi cancelada: «{ $module }», { $time }.
session-left-subject = Já não é a sua sessão: { $module }, { $time }
session-left-text = Já não tem lugar nesta sessão da formação «{ $training }»: «{ $module }», { $time }.
session-given-subject = Dá uma sessão: { $module }, { $time }
session-given-text = É uma das pessoas que dão uma sessão da formação «{ $training }».
session-not-given-subject = Já não dá uma sessão: { $module }, { $time }
session-not-given-text = Já não é uma das pessoas que dão esta sessão da formação «{ $training }»: «{ $module }», { $time }.
choose-subject = Escolha uma sessão: { $module }
choose-text = Na formação «{ $training }», escolha a sessão deste módulo que lhe convém: «{ $module }».
choose-before = A sessão que estava no seu calendário é uma delas. O seu lugar só se mantém se a escolher.
choose-another = Escolha outra sessão deste módulo.

calendar-add = O convite em anexo coloca a sessão no seu calendário.
calendar-change = O convite em anexo altera a sessão no seu calendário.
calendar-remove = O aviso em anexo retira a sessão do seu calendário.

reminder-subject = Lembrete: { $module }, { $time }
reminder-text = Uma sessão da formação «{ $training }» começa { $ahead }.
ahead-minutes = { $n ->
    [one] dentro de um minuto
   *[other] dentro de { $n } minutos
}
ahead-hours = { $n ->
    [one] dentro de uma hora
   *[other] dentro de { $n } horas
}
ahead-days = { $n ->
    [one] dentro de um dia
   *[other] dentro de { $n } dias
}

## O que se diz de uma sessão

fact-time = Data e hora
fact-mode = Modalidade
fact-booked = A sua participação
fact-link = Ligação para a reunião online
fact-place = Local
fact-room = Sala
fact-directions = Como chegar
fact-accessibility = Acessibilidade
fact-language = Língua
fact-interpretation = Interpretação
mode-online = online
mode-in-person = presencial
mode-hybrid = presencial e online
was = Antes: { $was }
now = Agora: { $now }
nothing = nada

## O caminho para o certificado

missing-subject = { $n ->
    [one] Falta um módulo para o seu certificado: { $training }
   *[other] Faltam { $n } módulos para o seu certificado: { $training }
}
missing-completion = { $required ->
    [one] Para um certificado de conclusão da formação «{ $training }» é necessário um módulo. Módulos que frequentou até agora: { $attended }.
   *[other] Para um certificado de conclusão da formação «{ $training }» são necessários { $required } módulos. Módulos que frequentou até agora: { $attended }.
}
missing-attendance = { $required ->
    [one] Para um certificado de frequência da formação «{ $training }» é necessário um módulo. Módulos que frequentou até agora: { $attended }.
   *[other] Para um certificado de frequência da formação «{ $training }» são necessários { $required } módulos. Módulos que frequentou até agora: { $attended }.
}
missing-modules = { $n ->
    [one] Falta-lhe um módulo. Ainda não frequentou os seguintes:
   *[other] Faltam-lhe { $n } módulos. Ainda não frequentou os seguintes:
}
missing-none = Não está marcada mais nenhuma sessão deste módulo.
missing-ends = A última sessão da formação é neste dia: { $date }.

certificate-subject = O seu certificado está pronto: { $training }
certificate-completion = Concluiu a formação «{ $training }». O seu certificado de conclusão está pronto.
certificate-attendance = Frequentou a formação «{ $training }». O seu certificado de frequência está pronto.

## Línguas

language-en = inglês
language-sq = albanês
language-bg = búlgaro
language-fr = francês
language-nl = neerlandês
language-ga = irlandês
language-es = espanhol
language-pt = português
language-de = alemão
language-el = grego
language-it = italiano
language-mk = macedónio
language-ro = romeno
language-rom = romani
language-sr = sérvio
language-tr = turco
language-uk = ucraniano
language-sgn = língua gestual
language-ils = gestos internacionais
language-sqk = língua gestual albanesa
language-bqn = língua gestual búlgara
language-sfb = língua gestual da Bélgica francófona
language-vgt = língua gestual flamenga
language-dse = língua gestual neerlandesa
language-isg = língua gestual irlandesa
language-ssp = língua gestual espanhola
language-psr = língua gestual portuguesa
