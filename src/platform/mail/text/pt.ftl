# À volta de cada mensagem, em português.

label = { $name }:
link-hint = Se não conseguir abrir a ligação, copie este endereço para o seu navegador:
footer = Esta mensagem foi enviada por { $organisation } através de rights-academy. Não carrega nada de outros sítios nem comunica se foi lida.
footer-installation = Esta mensagem foi enviada por rights-academy. Não carrega nada de outros sítios nem comunica se foi lida.
