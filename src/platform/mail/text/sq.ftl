# Rreth çdo mesazhi, në shqip.

label = { $name }:
link-hint = Nëse lidhja nuk hapet, kopjojeni këtë adresë në shfletuesin tuaj:
footer = Këtë mesazh e dërgoi { $organisation } përmes rights-academy. Ai nuk ngarkon asgjë nga jashtë dhe nuk njofton nëse lexohet.
footer-installation = Këtë mesazh e dërgoi rights-academy. Ai nuk ngarkon asgjë nga jashtë dhe nuk njofton nëse lexohet.
