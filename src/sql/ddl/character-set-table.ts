/**
 * MySQL 8.0's character sets and collations with their numbers on the wire (SHOW CHARACTER SET, SHOW COLLATION). A
 * collation is written without its character set's name, which begins every one but `binary`.
 */
export const characterSetTable: readonly (readonly [
  name: string,
  description: string,
  /** The default collation, and the bytes of the longest character. */
  defaultCollation: string,
  bytesMax: number,
  collations: string,
])[] = [
  ['armscii8', 'ARMSCII-8 Armenian', 'general_ci', 1, 'general_ci:32 bin:64'],
  ['ascii', 'US ASCII', 'general_ci', 1, 'general_ci:11 bin:65'],
  ['big5', 'Big5 Traditional Chinese', 'chinese_ci', 2, 'chinese_ci:1 bin:84'],
  ['binary', 'Binary pseudo charset', 'binary', 1, 'binary:63'],
  [
    'cp1250',
    'Windows Central European',
    'general_ci',
    1,
    'general_ci:26 czech_cs:34 croatian_ci:44 bin:66 polish_ci:99',
  ],
  [
    'cp1251',
    'Windows Cyrillic',
    'general_ci',
    1,
    'bulgarian_ci:14 ukrainian_ci:23 bin:50 general_ci:51 general_cs:52',
  ],
  ['cp1256', 'Windows Arabic', 'general_ci', 1, 'general_ci:57 bin:67'],
  ['cp1257', 'Windows Baltic', 'general_ci', 1, 'lithuanian_ci:29 bin:58 general_ci:59'],
  ['cp850', 'DOS West European', 'general_ci', 1, 'general_ci:4 bin:80'],
  ['cp852', 'DOS Central European', 'general_ci', 1, 'general_ci:40 bin:81'],
  ['cp866', 'DOS Russian', 'general_ci', 1, 'general_ci:36 bin:68'],
  ['cp932', 'SJIS for Windows Japanese', 'japanese_ci', 2, 'japanese_ci:95 bin:96'],
  ['dec8', 'DEC West European', 'swedish_ci', 1, 'swedish_ci:3 bin:69'],
  ['eucjpms', 'UJIS for Windows Japanese', 'japanese_ci', 3, 'japanese_ci:97 bin:98'],
  ['euckr', 'EUC-KR Korean', 'korean_ci', 2, 'korean_ci:19 bin:85'],
  [
    'gb18030',
    'China National Standard GB18030',
    'chinese_ci',
    4,
    'chinese_ci:248 bin:249 unicode_520_ci:250',
  ],
  ['gb2312', 'GB2312 Simplified Chinese', 'chinese_ci', 2, 'chinese_ci:24 bin:86'],
  ['gbk', 'GBK Simplified Chinese', 'chinese_ci', 2, 'chinese_ci:28 bin:87'],
  ['geostd8', 'GEOSTD8 Georgian', 'general_ci', 1, 'general_ci:92 bin:93'],
  ['greek', 'ISO 8859-7 Greek', 'general_ci', 1, 'general_ci:25 bin:70'],
  ['hebrew', 'ISO 8859-8 Hebrew', 'general_ci', 1, 'general_ci:16 bin:71'],
  ['hp8', 'HP West European', 'english_ci', 1, 'english_ci:6 bin:72'],
  ['keybcs2', 'DOS Kamenicky Czech-Slovak', 'general_ci', 1, 'general_ci:37 bin:73'],
  ['koi8r', 'KOI8-R Relcom Russian', 'general_ci', 1, 'general_ci:7 bin:74'],
  ['koi8u', 'KOI8-U Ukrainian', 'general_ci', 1, 'general_ci:22 bin:75'],
  [
    'latin1',
    'cp1252 West European',
    'swedish_ci',
    1,
    'german1_ci:5 swedish_ci:8 danish_ci:15 german2_ci:31 bin:47 general_ci:48 general_cs:49 ' +
      'spanish_ci:94',
  ],
  [
    'latin2',
    'ISO 8859-2 Central European',
    'general_ci',
    1,
    'czech_cs:2 general_ci:9 hungarian_ci:21 croatian_ci:27 bin:77',
  ],
  ['latin5', 'ISO 8859-9 Turkish', 'turkish_ci', 1, 'turkish_ci:30 bin:78'],
  ['latin7', 'ISO 8859-13 Baltic', 'general_ci', 1, 'estonian_cs:20 general_ci:41 general_cs:42 bin:79'],
  ['macce', 'Mac Central European', 'general_ci', 1, 'general_ci:38 bin:43'],
  ['macroman', 'Mac West European', 'general_ci', 1, 'general_ci:39 bin:53'],
  ['sjis', 'Shift-JIS Japanese', 'japanese_ci', 2, 'japanese_ci:13 bin:88'],
  ['swe7', '7bit Swedish', 'swedish_ci', 1, 'swedish_ci:10 bin:82'],
  ['tis620', 'TIS620 Thai', 'thai_ci', 1, 'thai_ci:18 bin:89'],
  [
    'ucs2',
    'UCS-2 Unicode',
    'general_ci',
    2,
    'general_ci:35 bin:90 unicode_ci:128 icelandic_ci:129 latvian_ci:130 romanian_ci:131 ' +
      'slovenian_ci:132 polish_ci:133 estonian_ci:134 spanish_ci:135 swedish_ci:136 turkish_ci:137 ' +
      'czech_ci:138 danish_ci:139 lithuanian_ci:140 slovak_ci:141 spanish2_ci:142 roman_ci:143 ' +
      'persian_ci:144 esperanto_ci:145 hungarian_ci:146 sinhala_ci:147 german2_ci:148 croatian_ci:149 ' +
      'unicode_520_ci:150 vietnamese_ci:151 general_mysql500_ci:159',
  ],
  ['ujis', 'EUC-JP Japanese', 'japanese_ci', 3, 'japanese_ci:12 bin:91'],
  [
    'utf16',
    'UTF-16 Unicode',
    'general_ci',
    4,
    'general_ci:54 bin:55 unicode_ci:101 icelandic_ci:102 latvian_ci:103 romanian_ci:104 ' +
      'slovenian_ci:105 polish_ci:106 estonian_ci:107 spanish_ci:108 swedish_ci:109 turkish_ci:110 ' +
      'czech_ci:111 danish_ci:112 lithuanian_ci:113 slovak_ci:114 spanish2_ci:115 roman_ci:116 ' +
      'persian_ci:117 esperanto_ci:118 hungarian_ci:119 sinhala_ci:120 german2_ci:121 croatian_ci:122 ' +
      'unicode_520_ci:123 vietnamese_ci:124',
  ],
  ['utf16le', 'UTF-16LE Unicode', 'general_ci', 4, 'general_ci:56 bin:62'],
  [
    'utf32',
    'UTF-32 Unicode',
    'general_ci',
    4,
    'general_ci:60 bin:61 unicode_ci:160 icelandic_ci:161 latvian_ci:162 romanian_ci:163 ' +
      'slovenian_ci:164 polish_ci:165 estonian_ci:166 spanish_ci:167 swedish_ci:168 turkish_ci:169 ' +
      'czech_ci:170 danish_ci:171 lithuanian_ci:172 slovak_ci:173 spanish2_ci:174 roman_ci:175 ' +
      'persian_ci:176 esperanto_ci:177 hungarian_ci:178 sinhala_ci:179 german2_ci:180 croatian_ci:181 ' +
      'unicode_520_ci:182 vietnamese_ci:183',
  ],
  [
    'utf8mb3',
    'UTF-8 Unicode',
    'general_ci',
    3,
    'general_ci:33 tolower_ci:76 bin:83 unicode_ci:192 icelandic_ci:193 latvian_ci:194 ' +
      'romanian_ci:195 slovenian_ci:196 polish_ci:197 estonian_ci:198 spanish_ci:199 swedish_ci:200 ' +
      'turkish_ci:201 czech_ci:202 danish_ci:203 lithuanian_ci:204 slovak_ci:205 spanish2_ci:206 ' +
      'roman_ci:207 persian_ci:208 esperanto_ci:209 hungarian_ci:210 sinhala_ci:211 german2_ci:212 ' +
      'croatian_ci:213 unicode_520_ci:214 vietnamese_ci:215 general_mysql500_ci:223',
  ],
  [
    'utf8mb4',
    'UTF-8 Unicode',
    '0900_ai_ci',
    4,
    'general_ci:45 bin:46 unicode_ci:224 icelandic_ci:225 latvian_ci:226 romanian_ci:227 ' +
      'slovenian_ci:228 polish_ci:229 estonian_ci:230 spanish_ci:231 swedish_ci:232 turkish_ci:233 ' +
      'czech_ci:234 danish_ci:235 lithuanian_ci:236 slovak_ci:237 spanish2_ci:238 roman_ci:239 ' +
      'persian_ci:240 esperanto_ci:241 hungarian_ci:242 sinhala_ci:243 german2_ci:244 croatian_ci:245 ' +
      'unicode_520_ci:246 vietnamese_ci:247 0900_ai_ci:255 de_pb_0900_ai_ci:256 is_0900_ai_ci:257 ' +
      'lv_0900_ai_ci:258 ro_0900_ai_ci:259 sl_0900_ai_ci:260 pl_0900_ai_ci:261 et_0900_ai_ci:262 ' +
      'es_0900_ai_ci:263 sv_0900_ai_ci:264 tr_0900_ai_ci:265 cs_0900_ai_ci:266 da_0900_ai_ci:267 ' +
      'lt_0900_ai_ci:268 sk_0900_ai_ci:269 es_trad_0900_ai_ci:270 la_0900_ai_ci:271 eo_0900_ai_ci:273 ' +
      'hu_0900_ai_ci:274 hr_0900_ai_ci:275 vi_0900_ai_ci:277 0900_as_cs:278 de_pb_0900_as_cs:279 ' +
      'is_0900_as_cs:280 lv_0900_as_cs:281 ro_0900_as_cs:282 sl_0900_as_cs:283 pl_0900_as_cs:284 ' +
      'et_0900_as_cs:285 es_0900_as_cs:286 sv_0900_as_cs:287 tr_0900_as_cs:288 cs_0900_as_cs:289 ' +
      'da_0900_as_cs:290 lt_0900_as_cs:291 sk_0900_as_cs:292 es_trad_0900_as_cs:293 la_0900_as_cs:294 ' +
      'eo_0900_as_cs:296 hu_0900_as_cs:297 hr_0900_as_cs:298 vi_0900_as_cs:300 ja_0900_as_cs:303 ' +
      'ja_0900_as_cs_ks:304 0900_as_ci:305 ru_0900_ai_ci:306 ru_0900_as_cs:307 zh_0900_as_cs:308 ' +
      '0900_bin:309 nb_0900_ai_ci:310 nb_0900_as_cs:311 nn_0900_ai_ci:312 nn_0900_as_cs:313 ' +
      'sr_latn_0900_ai_ci:314 sr_latn_0900_as_cs:315 bs_0900_ai_ci:316 bs_0900_as_cs:317 ' +
      'bg_0900_ai_ci:318 bg_0900_as_cs:319 gl_0900_ai_ci:320 gl_0900_as_cs:321 mn_cyrl_0900_ai_ci:322 ' +
      'mn_cyrl_0900_as_cs:323',
  ],
];
