# Rond elk bericht, in het Nederlands.

label = { $name }:
link-hint = Als u de link niet kunt openen, kopieer dan dit adres naar uw browser:
footer = Dit bericht is verstuurd door { $organisation } via rights-academy. Het laadt niets van elders en meldt niet of het is gelezen.
footer-installation = Dit bericht is verstuurd door rights-academy. Het laadt niets van elders en meldt niet of het is gelezen.
