import { describeAnswers } from '../support.ts';

describeAnswers('JSON functions answer as MySQL', [
  [`JSON_EXTRACT('{"a": {"b": [1, 2, 3]}}', '$.a.b[1]')`, '2'],
  ["JSON_LENGTH('[1,2,3]')", '3'],
  ["JSON_VALID('{}')", '1'],
  ["JSON_VALID('x')", '0'],
  ["JSON_TYPE('[1]')", 'ARRAY'],
  ["JSON_OBJECT('a', 1, 'b', 'x')", `{"a": 1, "b": "x"}`],
  ["JSON_ARRAY(1, 'a', NULL)", `[1, "a", null]`],
  [`JSON_KEYS('{"a":1,"b":2}')`, `["a", "b"]`],
  ["JSON_CONTAINS('[1,2]', '1')", '1'],
  [`JSON_QUOTE('a"b')`, `"a\\"b"`],
]);
