# Autour de chaque message, en français.

label = { $name } :
link-hint = Si le lien ne s’ouvre pas, copiez cette adresse dans votre navigateur :
footer = Ce message a été envoyé par { $organisation } au moyen de rights-academy. Il ne charge rien d’ailleurs et ne signale pas s’il a été lu.
footer-installation = Ce message a été envoyé par rights-academy. Il ne charge rien d’ailleurs et ne signale pas s’il a été lu.
