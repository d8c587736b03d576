/** How a locale writes numbers: its point, what stands between groups of digits, and how many digits those have. */
export type NumberLocale = Readonly<{ point: string; separator: string; indian?: true }>;

const english: NumberLocale = { point: '.', separator: ',' };

/** Locales by how MySQL's FORMAT writes numbers in them (manual, "MySQL Server Locale Support"). */
const groups: readonly (readonly [NumberLocale, names: string])[] = [
  [{ point: '.', separator: '' }, 'ar_SA sr_RS'],
  [
    { point: ',', separator: '.' },
    `be_BY da_DK de_BE de_DE de_LU es_AR es_BO es_CL es_CO es_EC es_ES es_PY es_UY es_VE fo_FO hu_HU id_ID is_IS
     lt_LT mn_MN nb_NO no_NO ro_RO ru_UA sq_AL tr_TR uk_UA vi_VN`,
  ],
  [
    { point: ',', separator: '' },
    'ca_ES de_AT el_GR eu_ES fr_BE fr_CA fr_CH fr_FR fr_LU gl_ES hr_HR it_IT nl_BE nl_NL pl_PL pt_BR pt_PT sl_SI',
  ],
  [{ point: ',', separator: ' ' }, 'cs_CZ es_CR et_EE fi_FI lv_LV mk_MK ru_RU sk_SK sv_FI sv_SE'],
  [{ point: ',', separator: '\0' }, 'bg_BG'],
  [{ point: '.', separator: "'" }, 'de_CH'],
  [{ point: ',', separator: "'" }, 'it_CH rm_CH'],
  [{ point: '.', separator: ',', indian: true }, 'en_IN ta_IN te_IN'],
];

/** Every way of writing numbers but that of `en_US`, with the lower-case names of its locales. */
export const numberLocales: readonly (readonly [NumberLocale, names: readonly string[]])[] = groups.map(
  ([locale, names]) => [locale, names.toLowerCase().split(/\s+/)],
);

const byName: ReadonlyMap<string, NumberLocale> = new Map(
  numberLocales.flatMap(([locale, names]) => names.map((name) => [name, locale] as const)),
);

/** An unknown locale is `en_US`, as in MySQL. */
export function numberLocale(name: string): NumberLocale {
  return byName.get(name.toLowerCase()) ?? english;
}

/** The other locales that MySQL has: they write numbers as `en_US` does. */
const others: ReadonlySet<string> = new Set(
  `ar_AE ar_BH ar_DZ ar_EG ar_IN ar_IQ ar_JO ar_KW ar_LB ar_LY ar_MA ar_OM ar_QA ar_SD ar_SY ar_TN ar_YE en_AU en_CA en_GB en_NZ
   en_PH en_US en_ZA en_ZW es_DO es_GT es_HN es_MX es_NI es_PA es_PE es_PR es_SV es_US gu_IN he_IL hi_IN ja_JP ko_KR ms_MY
   th_TH ur_PK zh_CN zh_HK zh_TW`
    .toLowerCase()
    .split(/\s+/),
);

/** Whether MySQL has a locale of this name; case does not count. */
export function isLocale(name: string): boolean {
  const lower = name.toLowerCase();
  return byName.has(lower) || others.has(lower);
}
