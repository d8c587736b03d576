import { describeAnswers } from '../support.ts';

describeAnswers('formats of dates answer as MySQL', [
  ["DATE_FORMAT('2009-10-04 22:23:00', '%W %M %Y')", 'Sunday October 2009'],
  ["DATE_FORMAT('2007-10-04 22:23:00', '%H:%i:%s')", '22:23:00'],
  ["DATE_FORMAT('1900-10-04 22:23:00','%D %y %a %d %m %b %j')", '4th 00 Thu 04 10 Oct 277'],
  ["DATE_FORMAT('1997-10-04 22:23:00','%H %k %I %r %T %S %w')", '22 22 10 10:23:00 PM 22:23:00 00 6'],
  ["DATE_FORMAT('1999-01-01', '%X %V')", '1998 52'],
  ["DATE_FORMAT('2006-06-01', '%d')", '01'],
  ["DATE_FORMAT('2024-01-01', '%% %q x')", '% q x'],
  ["DATE_FORMAT('2024-01-01 10:00:00.5', '%f')", '500000'],
  ["STR_TO_DATE('01,5,2013','%d,%m,%Y')", '2013-05-01'],
  ["STR_TO_DATE('May 1, 2013','%M %d,%Y')", '2013-05-01'],
  ["STR_TO_DATE('09:30:17','%H:%i:%s')", '09:30:17'],
  ["STR_TO_DATE('abc','%Y')", 'NULL'],
  ["STR_TO_DATE('200442 Monday', '%X%V %W')", '2004-10-18'],
  ["STR_TO_DATE('20240305','%Y%m%d')", '2024-03-05'],
  ["STR_TO_DATE('5/3/24','%d/%m/%y')", '2024-03-05'],
  ["TIME_FORMAT('100:00:00', '%H %k %h %I %l')", '100 100 04 04 4'],
  ["TIME_FORMAT('10:05:03','%H:%i:%s')", '10:05:03'],
  ["DATE_FORMAT(NULL,'%Y')", 'NULL'],
]);
