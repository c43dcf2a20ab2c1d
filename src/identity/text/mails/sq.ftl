# Postat e llogarive në shqip.

invitation-subject = { $organisation } ju fton
invitation-greeting = Përshëndetje,
invitation-text = { $organisation } ju fton në trajnimin e saj për të drejtat e njeriut në botën digjitale. Me lidhjen më poshtë zgjidhni një fjalëkalim, ose përdorni atë që keni, dhe hyni.
invitation-button = Pranoni ftesën
invitation-note = Lidhja vlen një herë, për 14 ditë. Nëse nuk e dini për çfarë bëhet fjalë, mos bëni asgjë: nuk ndodh asgjë.

reset-subject = Zgjidhni një fjalëkalim të ri
reset-greeting = Përshëndetje { $name },
reset-text = dikush, shpresojmë ju, tha se keni harruar fjalëkalimin. Me lidhjen më poshtë zgjidhni një të ri. Pastaj do të dilni nga llogaria kudo tjetër.
reset-button = Zgjidhni një fjalëkalim të ri
reset-note = Lidhja vlen një herë, për një orë. Nëse nuk ishit ju, mos bëni asgjë: fjalëkalimi juaj mbetet siç është.
