# The cohort report in English.

title = Cohort report: { $cohort }
title-names = Cohort report with names: { $cohort }
period = Sessions from { $first } to { $last }
period-day = Sessions on { $first }
page = Page { $page } of { $pages }
personal-data-short = Holds personal data
personal-data = This report holds personal data. It is only for those who may see the names of the participants. Do not pass it on, and destroy copies that are no longer needed.

## Key figures

key-figures = Key figures
enrolled-label = { $n ->
    [one] person enrolled
   *[other] people enrolled
 }
attended-label = attended at least one module
departments-label = { $n ->
    [one] department taking part
   *[other] departments taking part
 }
attendances-label = { $n ->
    [one] module attended, all people together
   *[other] modules attended, all people together
 }
certificates-label = { $n ->
    [one] valid certificate
   *[other] valid certificates
 }

## Charts

modules = Attendance by module
module-present = { $n } present
module-attended = { $n } attended
modules-alt = Bar chart of the people present in each module and of those who attended it. { $figures }.
modules-alt-part = { $name }: { $present } present, { $attended } attended
levels = Certificates by level
level-count = { $n }
levels-alt = Bar chart of the valid certificates by level. { $figures }.
levels-alt-part = { $name }: { $n }
axis-people = People
axis-module = Module
axis-level = Level
axis-certificates = Certificates

## Levels

level-completion = Certificate of Completion
level-attendance = Certificate of Attendance
level-completion-short = Completion
level-attendance-short = Attendance

## Tables

column-number = No.
column-module = Module
column-present = Present
column-attended = Attended
column-attended-any = Attended at least one module
column-attended-share = Attended, of the enrolled
percent = { $n }%
column-department = Department
column-enrolled = Enrolled
column-certificates = Certificates
total = Total
departments = Departments
departments-hidden = So that no figure speaks about single people, none from 1 to { $most } is shown for a department. All departments of the cohort together are too few people for a table.
departments-merged = { $merged ->
    [one] So that no figure speaks about single people, none from 1 to { $most } is shown for a department: one of the { $departments } departments is therefore reported together with others.
   *[other] So that no figure speaks about single people, none from 1 to { $most } is shown for a department: { $merged } of the { $departments } departments are therefore reported together with others.
 }
departments-all-merged = So that no figure speaks about single people, none from 1 to { $most } is shown for a department. All { $departments } departments have too few people to stand alone and are reported together.
department-none = (no department)
department-directorate = { $name }, { $merged } departments together
department-others = Other departments, { $merged } together
department-all = All { $merged } departments together

## People

people = People
people-about = { $n ->
    [one] One person is on the roster. Modules are named by their numbers:
   *[other] { $n } people are on the roster. Modules are named by their numbers:
 }
column-employee = Employee id
column-name = Name
column-modules = Modules attended
column-minutes = Minutes in each
column-result = Result
missing = { $n ->
    [one] 1 more module for { $level }
   *[other] { $n } more modules for { $level }
 }
not-printable = Where a name shows “?”, it has a character that the typeface of this report lacks.

## Definitions

definitions = What the words mean
define-enrolled = Enrolled
define-enrolled-text = People on the roster of the cohort.
define-present = Present
define-present-text = Enrolled people who were seen in at least one session of a module, for however short a time.
define-attended = Attended
define-attended-text = Enrolled people who were present for at least { $percent }% of the scheduled time of a session of the module. A module counts once, however many of its sessions somebody was in.
define-departments = Departments
define-departments-text = In the key figures: the departments of the people who attended at least one module.
define-level-text = { $n ->
    [one] For whoever attended at least 1 of the { $modules } modules.
   *[other] For whoever attended at least { $n } of the { $modules } modules.
 }
define-certificates = Certificates
define-certificates-text = Those that are valid. A higher level takes the place of a lower one, so nobody is counted twice.
define-names = Names
define-names-text = Figures carry no names. A count from 1 to { $most } is not shown for a department; departments are reported together instead.
