# Entradas de calendário em português.

programme = Programa: { $value }
cohort = Grupo: { $value }
mode = Modalidade: { $value }
mode-online = em linha
mode-in-person = presencial
mode-hybrid = presencial e em linha
link = Para participar em linha: { $value }
language = Língua: { $value }
interpretation = Interpretação: { $value }
accessibility = Acessibilidade: { $value }
directions = Como chegar: { $value }
place-online = Em linha
room = sala { $value }
cancelled-because = Cancelada: { $value }

to-be-booked = { $session } (escolha uma sessão)
to-be-booked-hint = Este módulo é dado várias vezes e ainda não escolheu uma sessão. Assim que o fizer, as outras saem do seu calendário.
feed-name = Formação: { $organisation }

language-sq = albanês
language-bg = búlgaro
language-en = inglês
language-fr = francês
language-nl = neerlandês
language-ga = irlandês
language-es = espanhol
language-pt = português
language-de = alemão
language-el = grego
language-it = italiano
language-mk = macedónio
language-rom = romani
language-sr = sérvio
language-tr = turco
language-uk = ucraniano
language-sgn = língua gestual
