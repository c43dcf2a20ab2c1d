# Raporti i grupit në shqip.

title = Raporti i grupit: { $cohort }
title-names = Raporti i grupit me emra: { $cohort }
period = Seancat nga { $first } deri më { $last }
period-day = Seancat më { $first }
page = Faqja { $page } nga { $pages }
personal-data-short = Përmban të dhëna personale
personal-data = Ky raport përmban të dhëna personale. Ai është vetëm për ata që kanë të drejtë t’i shohin emrat e pjesëmarrësve. Mos ua jepni të tjerëve dhe asgjësoni kopjet që nuk nevojiten më.

## Shifrat kryesore

key-figures = Shifrat kryesore
enrolled-label = { $n ->
    [one] person i regjistruar
   *[other] persona të regjistruar
 }
attended-label = { $n ->
    [one] ndoqi të paktën një modul
   *[other] ndoqën të paktën një modul
 }
departments-label = { $n ->
    [one] departament pjesëmarrës
   *[other] departamente pjesëmarrëse
 }
attendances-label = { $n ->
    [one] modul i ndjekur gjithsej
   *[other] module të ndjekura gjithsej
 }
certificates-label = { $n ->
    [one] certifikatë e vlefshme
   *[other] certifikata të vlefshme
 }

## Grafikët

modules = Pjesëmarrja sipas modulit
module-present = { $n ->
    [one] { $n } i pranishëm
   *[other] { $n } të pranishëm
 }
module-attended = { $n ->
    [one] { $n } e ndoqi
   *[other] { $n } e ndoqën
 }
modules-alt = Grafik me shtylla i personave të pranishëm në çdo modul dhe i atyre që e ndoqën. { $figures }.
modules-alt-part = { $name }: të pranishëm { $present }, e ndoqën { $attended }
levels = Certifikatat sipas nivelit
level-count = { $n }
levels-alt = Grafik me shtylla i certifikatave të vlefshme sipas nivelit. { $figures }.
levels-alt-part = { $name }: { $n }
axis-people = Persona
axis-module = Moduli
axis-level = Niveli
axis-certificates = Certifikata

## Nivelet

level-completion = Certifikatë përfundimi
level-attendance = Certifikatë pjesëmarrjeje
level-completion-short = Përfundim
level-attendance-short = Pjesëmarrje

## Tabelat

column-number = Nr.
column-module = Moduli
column-present = Të pranishëm
column-attended = E ndoqën
column-attended-any = Ndoqën të paktën një modul
column-attended-share = E ndoqën, nga të regjistruarit
percent = { $n }%
column-department = Departamenti
column-enrolled = Të regjistruar
column-certificates = Certifikata
total = Gjithsej
departments = Departamentet
departments-hidden = Që asnjë shifër të mos flasë për persona të veçantë, për asnjë departament nuk tregohet shifër nga 1 deri në { $most }. Të gjitha departamentet e grupit së bashku kanë tepër pak persona për një tabelë.
departments-merged = { $merged ->
    [one] Që asnjë shifër të mos flasë për persona të veçantë, për asnjë departament nuk tregohet shifër nga 1 deri në { $most }: prandaj një nga { $departments } departamentet raportohet së bashku me të tjera.
   *[other] Që asnjë shifër të mos flasë për persona të veçantë, për asnjë departament nuk tregohet shifër nga 1 deri në { $most }: prandaj { $merged } nga { $departments } departamentet raportohen së bashku me të tjera.
 }
departments-all-merged = Që asnjë shifër të mos flasë për persona të veçantë, për asnjë departament nuk tregohet shifër nga 1 deri në { $most }. Të { $departments } departamentet kanë tepër pak persona për t’u treguar veç e veç, ndaj raportohen së bashku.
department-none = (pa departament)
department-directorate = { $name }, { $merged } departamente së bashku
department-others = Departamente të tjera, { $merged } së bashku
department-all = Të { $merged } departamentet së bashku

## Personat

people = Personat
people-about = { $n ->
    [one] Në listën e grupit është një person. Modulet shënohen me numrat e tyre:
   *[other] Në listën e grupit janë { $n } persona. Modulet shënohen me numrat e tyre:
 }
column-employee = Nr. i punonjësit
column-name = Emri
column-modules = Modulet e ndjekura
column-minutes = Minuta në secilin
column-result = Rezultati
missing = { $n ->
    [one] edhe 1 modul për { $level }
   *[other] edhe { $n } module për { $level }
 }
not-printable = Kur një emër ka shenjën “?”, ai përmban një shkronjë që i mungon shkrimit të këtij raporti.

## Kuptimi i fjalëve

definitions = Çfarë do të thonë fjalët
define-enrolled = Të regjistruar
define-enrolled-text = Personat në listën e grupit.
define-present = Të pranishëm
define-present-text = Të regjistruarit që u panë në të paktën një seancë të modulit, sado shkurt.
define-attended = E ndoqën
define-attended-text = Të regjistruarit që ishin të pranishëm të paktën { $percent }% të kohës së planifikuar të një seance të modulit. Moduli numërohet një herë, në sado seanca të tij të ketë qenë dikush.
define-departments = Departamente
define-departments-text = Te shifrat kryesore: departamentet e personave që ndoqën të paktën një modul.
define-level-text = { $n ->
    [one] Për këdo që ndoqi të paktën 1 nga { $modules } modulet.
   *[other] Për këdo që ndoqi të paktën { $n } nga { $modules } modulet.
 }
define-certificates = Certifikata
define-certificates-text = Ato që janë të vlefshme. Niveli më i lartë zëvendëson më të ulëtin, prandaj askush nuk numërohet dy herë.
define-names = Emrat
define-names-text = Shifrat nuk mbajnë emra. Për një departament nuk tregohet shifër nga 1 deri në { $most }; në vend të saj, departamentet raportohen së bashku.
