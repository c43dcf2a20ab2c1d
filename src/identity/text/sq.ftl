# Faqet e llogarive në shqip.

## Rreth çdo faqeje

page-skip = Kaloni te përmbajtja
page-sign-out = Dilni
page-footer = Kjo faqe vendos një cookie të vetme, sa kohë jeni të identifikuar, dhe nuk ngarkon asgjë nga jashtë.
page-faults = Ju lutemi korrigjoni:
page-fault-prefix = Gabim:

## Fushat

field-email = Adresa e e-mailit
field-name = Emri juaj
field-password = Fjalëkalimi
field-new-password = Fjalëkalimi i ri
field-new-password-hint = { $shortest } deri në { $longest } shenja. Një fjali është e mirë; nuk duhet të përmbajë emrin ose adresën tuaj.
field-current = Fjalëkalimi i tanishëm
field-organisation = Emri i organizatës
field-organisation-hint = Siç duhet të shkruhet në certifikata, për shembull: Bashkia Tiranë.
field-code = Kodi i organizatës
field-code-hint = Një fjalë e shkurtër me 2 deri në 16 shkronja të mëdha dhe shifra, për shembull TIRANA. Ajo del në adresat e internetit dhe në numrat e certifikatave, dhe nuk mund të ndryshohet më vonë.
field-language = Gjuha e faqeve dhe e postës suaj
field-language-hint = Postat shkruhen në të gjitha këto; faqet deri tani në anglisht dhe shqip, dhe në anglisht për të tjerët.

## Çfarë mund të jetë gabim

fault-wrong-credentials = Adresa dhe fjalëkalimi nuk përputhen. Kontrolloni të dyja dhe provoni përsëri.
fault-wrong-password = Ky nuk është fjalëkalimi juaj.
fault-missing-value = Shkruani emrin tuaj.
fault-too-long = Ky emër është tepër i gjatë.
fault-not-an-email = Kjo nuk është adresë e-maili. Ajo duket si emri@example.org.
fault-email-not-ascii = Një adresë ka vetëm shkronjat A deri në Z, shifra dhe shenja, pa theks.
fault-email-taken = Ka tashmë një llogari me këtë adresë.
fault-password-too-short = Një fjalëkalim ka të paktën { $shortest } shenja. Një fjali është e mirë.
fault-password-too-long = Një fjalëkalim ka më së shumti { $longest } shenja.
fault-password-too-simple = Ky fjalëkalim ka tepër pak shenja të ndryshme.
fault-password-personal = Fjalëkalimi nuk duhet të përmbajë pjesë të emrit ose të adresës suaj.
fault-organisation-name = Shkruani emrin e organizatës, me më së shumti 200 shenja.
fault-organisation-code = Kodi ka 2 deri në 16 shkronja të mëdha A deri në Z dhe shifra, si TIRANA.
fault-organisation-exists = Një organizatë tjetër e ka këtë kod. Zgjidhni një tjetër.
fault-member-exists = Ju jeni tashmë anëtar i kësaj organizate. Hyni për ta parë.
fault-person-has-account = Personi për të cilin është kjo ftesë ka tashmë një llogari tjetër. Pyesni atë që ju ftoi.

## Hyrja

sign-in-title = Hyni
sign-in-button = Hyni
sign-in-forgotten = Keni harruar fjalëkalimin?
done-signed-out = Keni dalë nga llogaria.
done-password = Fjalëkalimi juaj u ndryshua. Hyni me të.

## Një ftesë

invitation-page-title = { $organisation } ju fton
invitation-page-roles = Do të merrni pjesë si: { $roles }.
invitation-page-new = Na tregoni kush jeni, zgjidhni një fjalëkalim dhe jeni brenda.
invitation-page-known = Keni tashmë një llogari me këtë adresë: mjafton fjalëkalimi i saj.
invitation-button = Pranoni ftesën
invitation-gone-title = Kjo ftesë nuk mund të përdoret
invitation-gone-text = Ajo është përdorur tashmë, është tërhequr ose është më e vjetër se 14 ditë. Nëse e keni përdorur ju, hyni në llogari. Përndryshe kërkoni një tjetër nga ai që ju ftoi. Kontrolloni edhe nëse adresa u kopjua e plotë nga mesazhi.
invitation-gone-next = Hyni

founding-title = Vendosni në punë rights-academy
founding-text = Kështu krijohet llogaria juaj, që kujdeset për instalimin, dhe një organizatë, që do ta administroni ju. Të gjithë të tjerët mund t’i ftoni më pas.
founding-button = Vendoseni në punë

role-learner = pjesëmarrës
role-trainer = trajner
role-hr = burime njerëzore
role-hr-names = burime njerëzore (mund të lexojë emra)
role-administrator = administrator
role-adviser = këshilltar

## Një fjalëkalim i harruar

reset-ask-title = Fjalëkalim i harruar
reset-ask-text = Shkruani adresën tuaj të e-mailit. Nëse ka një llogari me të, do të merrni një mesazh me një lidhje për të zgjedhur një fjalëkalim tjetër.
reset-ask-button = Dërgoni lidhjen
reset-ask-back = Kthehuni te hyrja
reset-asked-title = Shikoni postën tuaj
reset-asked-text = Nëse ka një llogari me këtë adresë, një mesazh me një lidhje është nisur. Lidhja vlen një herë, për një orë. Nëse nuk vjen asgjë, shikoni te posta e padëshiruar dhe kontrolloni nëse ishte adresa me të cilën u ftuat.
reset-asked-next = Kthehuni te hyrja
reset-choose-title = Zgjidhni një fjalëkalim të ri
reset-choose-text = Pastaj do të dilni nga llogaria kudo, çelësat e skripteve do të anulohen, dhe do të hyni me fjalëkalimin e ri.
reset-choose-button = Ndryshoni fjalëkalimin
reset-gone-title = Kjo lidhje nuk mund të përdoret
reset-gone-text = Ajo është përdorur tashmë, është më e vjetër se një orë, ose u zgjodh një fjalëkalim më i ri. Kërkoni një lidhje tjetër; ajo vjen menjëherë.
reset-gone-next = Kërkoni një lidhje tjetër

## Llogaria

account-title = Llogaria juaj
account-who = Kush jeni
account-operator = Ju kujdeseni për këtë instalim.
account-organisations = Organizatat tuaja
account-organisations-none = Nuk bëni pjesë në asnjë organizatë. Mund t’ju ftojë ai që drejton trajnimin tuaj.
account-trainings = Trajnimet tuaja
account-sign-ins = Ku jeni i identifikuar
account-sign-ins-text = Nëse nuk e njihni njërën nga këto, mbylleni dhe ndryshoni fjalëkalimin.
account-sign-in-current = ky shfletues
account-sign-in-unknown = Një shfletues ose program tjetër
account-sign-in-browser = Shfletues, hyrë më { $time }
account-sign-in-program = Program, hyrë më { $time }
account-sign-in-end = Mbylleni
account-sign-in-end-others = Mbyllni të gjitha të tjerat
account-password = Ndryshoni fjalëkalimin
account-password-text = Të gjithë shfletuesit dhe programet e tjera pastaj dalin nga llogaria. Çelësat e skripteve vazhdojnë të punojnë; ndryshimi i fjalëkalimit me anë të postës i anulon.
account-password-button = Ndryshoni fjalëkalimin
account-programs = Për programet
account-programs-text = Atë që mund të bëni këtu, mund ta bëjnë programet për ju.
account-programs-link = Lexoni përshkrimin e API-së
done-ended = Hyrja u mbyll.
done-ended-others = Të gjitha hyrjet e tjera u mbyllën.
done-password-changed = Fjalëkalimi juaj u ndryshua. Të gjitha hyrjet e tjera u mbyllën.

## Gabime

error-forbidden-title = Ky formular erdhi nga jashtë
error-forbidden-text = Për sigurinë tuaj, formularët pranohen vetëm nga faqet tona. Hapeni faqen përsëri dhe dërgojeni formularin prej andej.
error-forbidden-next = Hapni faqen e parë
error-not-found-title = Këtu nuk ka asgjë
error-not-found-text = Në këtë adresë nuk ka asgjë, ose nuk ka më.
error-not-found-next = Hapni faqen e parë
error-too-many-title = Tepër shumë përpjekje
error-too-many-text = { $n ->
    [one] Ju lutemi prisni një sekondë dhe provoni përsëri.
   *[other] Ju lutemi prisni { $n } sekonda dhe provoni përsëri.
}
error-too-many-next = Hapni faqen e parë
error-unavailable-title = Tani për tani nuk është i disponueshëm
error-unavailable-text = Ju lutemi provoni përsëri pas pak. Ajo që shkruat nuk u ruajt.
error-unavailable-next = Hapni faqen e parë
error-internal-title = Diçka shkoi keq
error-internal-text = Është faji ynë dhe jo i juaji, dhe e kemi shënuar. Ju lutemi provoni përsëri më vonë.
error-internal-next = Hapni faqen e parë
error-unreadable-title = Kjo nuk mund të lexohej
error-unreadable-text = Formulari nuk erdhi i plotë, ose ishte tepër i gjatë. Kthehuni dhe dërgojeni përsëri.
error-unreadable-next = Hapni faqen e parë
