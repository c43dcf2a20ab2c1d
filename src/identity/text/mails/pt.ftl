# Mensagens das contas em português.

invitation-subject = Convite de { $organisation }
invitation-greeting = Olá,
invitation-text = Recebeu um convite de { $organisation } para a sua formação em direitos humanos digitais. Com a ligação abaixo escolhe uma palavra-passe, ou utiliza a que já tem, e obtém acesso.
invitation-button = Aceitar o convite
invitation-note = A ligação funciona uma só vez, durante 14 dias. Se não sabe de que se trata, não faça nada: nada acontecerá.

reset-subject = Escolha uma nova palavra-passe
reset-greeting = Olá, { $name },
reset-text = Alguém, esperamos que tenha sido a própria pessoa titular da conta, indicou que se esqueceu da sua palavra-passe. Com a ligação abaixo pode escolher uma nova. Em seguida, a sua sessão será terminada em todos os outros dispositivos.
reset-button = Escolher uma nova palavra-passe
reset-note = A ligação funciona uma só vez, durante uma hora. Se não fez este pedido, não faça nada: a sua palavra-passe mantém-se.
