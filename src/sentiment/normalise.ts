/** A headline longer than this is cut: no honest one is, and what follows is where instructions hide. */
export const HEADLINE_CAP = 300;
/** Nothing beyond this is even looked at, so that a huge page costs nothing. */
const RAW_CAP = 4_000;

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '-',
  mdash: '-',
  rsquo: "'",
  lsquo: "'",
};

/** Cyrillic, Greek and other letters that look Latin, by what they look like (Unicode TR39, the Latin part). */
const lookAlikes = new Map(
  Object.entries({
    a: 'аαɑ⍺',
    b: 'ЬƄ',
    c: 'сϲⅽ',
    d: 'ԁⅾ',
    e: 'еҽєε',
    g: 'ɡց',
    h: 'һհ',
    i: 'іιıӏɩ',
    j: 'јϳ',
    k: 'κкҟ',
    l: 'ⅼӀ',
    m: 'ⅿм',
    n: 'ոη',
    o: 'оοσօ',
    p: 'рρ',
    q: 'ԛզ',
    r: 'гᴦ',
    s: 'ѕꜱ',
    t: 'τт',
    u: 'υսᴜ',
    v: 'ѵνⅴ',
    w: 'ԝѡω',
    x: 'хχ',
    y: 'уүγ',
    z: 'ᴢ',
    A: 'АΑᎪ',
    B: 'ВΒᏴ',
    C: 'СϹᏟ',
    D: 'Ꭰ',
    E: 'ЕΕᎬ',
    F: 'Ϝ',
    G: 'ԌᏀ',
    H: 'НΗᎻ',
    I: 'ІΙ',
    J: 'ЈᎫ',
    K: 'КΚᏦ',
    L: 'Ꮮ',
    M: 'МΜᎷ',
    N: 'Ν',
    O: 'ОΟՕ',
    P: 'РΡᏢ',
    R: 'ᎡᏒ',
    S: 'ЅᏚ',
    T: 'ТΤᎢ',
    U: 'Ս',
    V: 'ѴᏙ',
    W: 'ԜᎳ',
    X: 'ХΧ',
    Y: 'УΥҮ',
    Z: 'ΖᏃ',
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

const latinLetter = /\p{Script=Latin}/u;
const letter = /\p{L}/u;

/** Folds a word that only pretends to be Latin: it mixes scripts, or is all look-alikes inside a Latin text. */
function foldWord(word: string, textIsLatin: boolean): string {
  const letters = [...word].filter((each) => letter.test(each));
  const foreign = letters.filter((each) => lookAlikes.has(each));
  if (foreign.length === 0) return word;
  const mixed = letters.some((each) => latinLetter.test(each));
  const disguised = textIsLatin && foreign.length === letters.length;
  return mixed || disguised ? [...word].map((each) => lookAlikes.get(each) ?? each).join('') : word;
}

const decodeEntities = (text: string) =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? ' ';
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });

const stripTags = (text: string) =>
  text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<(script|style|template|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<\/?[a-z!?][^>]*(?:>|$)/gi, ' ');

/**
 * Outsider's text as plain readable words: no markup, links, invisible or direction-changing characters, look-alike
 * letters folded to Latin, white space single, at most `cap` characters. Idempotent.
 */
export function cleanText(raw: string, cap = HEADLINE_CAP): string {
  const visible = stripTags(decodeEntities(stripTags(raw.slice(0, RAW_CAP))))
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    // Zero-width, bidi, tag characters, variation selectors, fillers: seen by a machine, not by a reader.
    .replace(/\p{Cf}|\p{Co}|\p{Cn}|\p{Variation_Selector}|\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .replace(/\b(?:https?:\/\/|www\.)\S+/gi, ' ');
  const letters = [...visible].filter((each) => letter.test(each));
  const textIsLatin = letters.filter((each) => latinLetter.test(each)).length * 2 >= letters.length;
  const folded = visible.replace(/[\p{L}\p{M}\p{N}'’]+/gu, (word) => foldWord(word, textIsLatin));
  const words = folded.replace(/[’‘]/g, "'").replace(/[“”]/g, '"').replace(/\s+/g, ' ').trim();
  return words.length <= cap ? words : [...words].slice(0, cap).join('').slice(0, cap).trimEnd();
}

const orders = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|all|earlier|your|instructions?|rules?|prompts?)\b/i,
  /\b(?:system|developer)\s*(?:prompt|message|note|:)/i,
  /\byou (?:are|must|should|will)\b.{0,40}\b(?:now|assistant|agent|model|ai|trader|buy|sell|long|short|output|respond|answer)\b/i,
  /\b(?:as an ai|language model|assistant|chatgpt|claude|gemini|llm)\b.{0,40}\b(?:must|should|output|respond|set|say|answer|buy|sell)\b/i,
  /\b(?:output|respond|reply|answer|return|set)\b.{0,30}\b(?:long|short|confidence|probability|direction|json|flat)\b/i,
  /\b(?:place|submit|execute)\b.{0,20}\b(?:orders?|trades?)\b/i,
  /<\/?(?:system|assistant|user|tool|instructions?)>|\[\/?INST\]|```|\{\s*"/i,
];

/** Text that talks to a machine instead of reporting to a reader. It is shown as such and counts nothing. */
export const looksLikeInstruction = (text: string) => orders.some((pattern) => pattern.test(text));
