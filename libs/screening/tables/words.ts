import { foldOf } from '../text/fold.js';

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Words that join the parts of a name. */
export const PARTICLES = set(
  'al el ul ur il bin ben ibn bint binti bte ould wuld de la las los del da das do dos di du des le van von der den ' +
    'den ter ten zu zum y e i and und et',
);
export const KUNYAS = set('abu abou abi abo umm um oum');

/** Titles and forms of address; from the common usage of English, Arabic, Persian, Urdu, Pashto and Russian. */
export const TITLES = set(
  'mr mrs ms miss sir dr doctor prof professor eng engineer gen general col colonel lt lieutenant maj major capt ' +
    'captain brig brigadier admiral marshal minister president judge haji hajji hadji hajj alhaj mullah mulla molla ' +
    'maulvi mawlawi maulavi mawlana maulana malauna qari hafiz sheikh shaikh shaykh cheikh sheik shekh imam ayatollah ' +
    'hojjatoleslam hojatoleslam sayyid sayed syed seyed seyyed said ustad ustaz emir amir sardar lord lady don dona ' +
    'senor senora herr frau fr father jr sr junior senior phd',
);

export const STOPS = set(
  'the of and for in on at to a an und der die das fur et de la le les du des el los las y del di e i o',
);

/** Words that companies write in several ways; one word of each line stands for all. */
const ORGANISATION_VARIANTS =
  'company co coy comp companies compagnie compania kompaniya kompania|corporation corp corporacion korporatsiya|' +
  'international intl internat int internationale internacional mezhdunarodny|' +
  'limited ltd|incorporated inc|brothers bros|manufacturing mfg|organization organisation org organizatsiya|' +
  'association assoc assn|department dept|technology technologies tech tekhnologii tekhnologiya|industry industries industrial|' +
  'engineering eng engrg|services service svcs|trading trade traders|shipping ship|government govt|university univ universitet|' +
  'institute inst institut instituto|center centre tsentr centar centro|labour labor|defence defense|bank banka banque banco bankas|' +
  'foundation found fond fundacion|research rsch|development dev|factory zavod plant|group gruppa gruppe grupo groupe|' +
  'first 1st|second 2nd|third 3rd|national natl nacional nationale|holding holdings kholding|system systems|' +
  'product products production|partner partners|solution solutions|saint st|south southern|north northern|east eastern|west western|science scientific|motor motors|engine engines|' +
  'iran iranian|russia russian|syria syrian|china chinese|korea korean|iraq iraqi|libya libyan|belarus belarusian|' +
  'ukraine ukrainian|crimea crimean|baltic baltiyskaya baltiysky|africa african|europe european|asia asian|arab arabian arabic';

/** Given names that are one name; nicknames and the forms of neighbouring languages. From common knowledge of onomastics. */
const PERSON_VARIANTS =
  'mohammed muhammad mohammad mohamed mohamad muhammed mohamud mahomed mehmet mohd muhamad|ahmed ahmad ahmet akhmed|' +
  'hussein husayn hussain hossein hosein hussayn husain hoseyn houssein|hassan hasan hasen|yusuf yousef youssef yosef yousuf iosif joseph yusif|' +
  'ibrahim ebrahim abraham|ismail esmail ismael esmaeil|yahya yehia yahia|isa issa eisa essa|musa mousa moussa|' +
  'omar umar omer|othman osman usman uthman ousmane|said saeed sayeed saied|sulayman suleiman solomon soleiman suleyman sulaiman|' +
  'ali aly|mahmoud mahmud mehmood mahmood|mustafa mostafa moustafa mustapha|khalid khaled|jamal gamal djamal jamaal|' +
  'nasser nasir naser nasr|usama osama|yunus younis younes yunis|ayman aiman|qasim qassem kassem ghasem kasim qasem|' +
  'muammar moammar moamar|qaddafi gaddafi qadhafi kadhafi ghaddafi gadhafi|' +
  'sergey sergei sergej serguei siarhei serhiy serhii sarhei|aleksandr alexander aleksander oleksandr aliaksandr alexandr aljaksandr alex sasha alexandre alejandro|' +
  'aleksey alexei alexey aleksei oleksiy oleksii aliaksei alyaksey aljaksej|vladimir volodymyr uladzimir wladimir vova volodya|' +
  'dmitry dmitri dmitriy dmytro dzmitry dmitrij dimitri dima|nikolay nikolai mykola mikalai mikola nicholas nick nikolaj nicolas|' +
  'mikhail mykhailo mikhailo mihail michael mikhayil misha mike michel miguel michail mikael mick|andrey andrei andriy andrii andrew andreas andrej andre andres andy|' +
  'yevgeny evgeny yevgeniy evgeniy evgeni yevhen yauheni yauhen yawhen eugene evgenij jevgenij|yuri yury yuriy iurii jurij juri yurii|igor ihor ihar|' +
  'oleg oleh aleh|pavel pavlo paval paul pavlov pablo|petr pyotr petro peter piotr pedro pete|vasily vasiliy vasyl vasil vasili|viktor victor viktar|' +
  'konstantin kanstantsin kostiantyn constantine kostya|maxim maksim maksym max|anatoly anatoliy anatoli anatol|gennady gennadiy hennadiy henadz|' +
  'grigory grigoriy hryhoriy ryhor gregory greg|ivan ioann john juan jean johann johannes ian jon johnny jack giovanni joao hans yohanna|natalia natalya nataliya nataliia natallia|' +
  'tatiana tatyana tetiana tatsiana|yelena elena olena alena helen helena lena|irina iryna|ekaterina yekaterina kateryna katsiaryna catherine katherine kate katerina|' +
  'yulia julia iuliia yuliya julija juliya|anna hanna ganna ann anne annie|olga volha olha|ludmila lyudmila liudmila liudmyla|maria mariya maryia mary marie mariia|' +
  'svetlana svitlana sviatlana|ksenia kseniya oksana xenia|fedor fyodor fiodor theodore ted teddy teodor|stepan stephen steven stefan steve esteban|' +
  'leonid leanid|valery valeriy valerii valerij valeri|vyacheslav viacheslav vjaceslav viachaslau|ruslan rouslan|ilya illia iliya|' +
  'kirill kyrylo cyril kiryl|denis dzianis denys dennis|artem artyom artsiom artiom|roman raman|timofey timothy timofei tim|' +
  'benjamin ben binyamin benny|william bill will billy guillaume wilhelm|robert rob bob bobby roberto|james jim jimmy jaime|thomas tom tommy tomas|' +
  'richard rick dick ricardo|charles carl karl carlos chuck|frederick frederic friedrich fredrick frederik fred freddy fritz|edward ed eddie eduardo eduard ted|' +
  'henry harry heinrich henri enrique|george georgy georgi jorge georges giorgi heorhiy yuriy|david dave davit dawud daoud dawood|daniel dan danny|' +
  'elizabeth liz beth betty elisabeth yelizaveta|margaret maggie peggy margarita|samuel sam|anthony tony antonio anton antoine|' +
  'christopher chris christoph|joshua josh|matthew matt matvey mateo|philip phil filipp felipe|francis frank francisco franz|lawrence larry laurent|' +
  'stanislav stas stanislau|rostislav rastsislau|vitaly vitaliy vital vitalii|arkady arkadiy|boris barys borys|bogdan bohdan|' +
  'louis luis ludwig lewis|xi si|kim gim';

const groups = (text: string): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, number[]>();
  text.split('|').forEach((line, group) => {
    for (const word of line.split(' ')) found.set(word, [...(found.get(word) ?? []), group]);
  });
  return found;
};

const GROUPS = groups(`${PERSON_VARIANTS}|${ORGANISATION_VARIANTS}`);
const NONE: readonly number[] = [];

/** The father's name in a patronymic, as East Slavic languages spell them: Siarheevich, Hryhorivna. */
const SON = /^(.{3,}?)[aeiouy]*[vw][iy](?:tsch|tch|ch|cz|ts|tj|c)$/;
const DAUGHTER = /^(.{3,}?)[aeiouy]*[uvw]n[ao]$/;
const PATRONYMIC_ENDS: ReadonlySet<number> = new Set([...'hzsjcao'].map((letter) => letter.charCodeAt(0)));
const stemOf = (name: string): string => foldOf(name.replace(/[aeiouyj]+$/, ''));

const FATHERS = ((): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, number[]>();
  PERSON_VARIANTS.split('|').forEach((line, group) => {
    for (const stem of new Set(line.split(' ').map(stemOf)))
      if (stem.length >= 3) found.set(stem, [...(found.get(stem) ?? []), group]);
  });
  return found;
})();
/** Groups of sons and of daughters lie above those of names. */
const SONS = 1_000;
const DAUGHTERS = 2_000;

const asChildren = (father: string, above: number): readonly number[] =>
  FATHERS.get(stemOf(father))?.map((group) => above + group) ?? NONE;

/** The groups of words that this word is a form of; patronymics go by the father's name. */
export const groupsOf = (word: string): readonly number[] => {
  const known = GROUPS.get(word);
  if (known !== undefined) return known;
  const last = word.charCodeAt(word.length - 1);
  if (word.length < 6 || !PATRONYMIC_ENDS.has(last)) return NONE;
  const son = SON.exec(word)?.[1];
  if (son !== undefined) return asChildren(son, SONS);
  const daughter = DAUGHTER.exec(word)?.[1];
  return daughter === undefined ? NONE : asChildren(daughter, DAUGHTERS);
};
