import { COMPANY_WORDS } from './company-words.data.js';
import { ORGANISATION_LEVELS, PERSON_LEVELS } from './lookups.js';
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

/** Surnames of Spain and Spanish America that are not told by their ending; from common knowledge of onomastics. */
const SPANISH_SURNAMES = set(
  'garcia gomez martin ruiz diaz moreno munoz romero alonso navarro torres dominguez ramos gil serrano blanco molina morales ' +
    'ortega delgado castro ortiz rubio marin sanz nunez iglesias medina garrido cortes castillo lozano guerrero cano prieto cruz ' +
    'calvo gallego vidal leon herrera pena flores cabrera campos vega fuentes carrasco reyes caballero nieto aguilar pascual santana ' +
    'herrero montero hidalgo ferrer duran santiago vargas mora arias carmona crespo pastor soto saez velasco soler moya parra bravo ' +
    'gallardo rojas guzman salazar acosta rivera mejia cardenas duque quintero zapata restrepo ospina valencia orozco cardona rios ' +
    'escobar ochoa arango correa osorio giraldo betancourt contreras sandoval espinoza espinosa estrada avila mendoza pacheco figueroa ' +
    'maldonado ayala cervantes rangel trujillo villarreal zamora salas barrera montoya bustos cifuentes bermudez caicedo murillo mosquera ' +
    'hurtado franco pineda galindo villa lara luna solis palacios robles rosales rosas valle valdes miranda mercado cabello maduro padrino ' +
    'bonilla camacho carrillo cordero lugo macias meza ojeda olivares padilla ponce rincon rosario salcedo tapia tovar ulloa urrutia ' +
    'uribe vera villalobos zavala zambrano becerra arellano beltran carvajal zuniga',
);
/** Sons of Gonzalo, Rodrigo, Fernando. */
const SON_OF = /^.{3,}ez$/;
export const isSpanishSurname = (word: string): boolean => SPANISH_SURNAMES.has(word) || SON_OF.test(word);
/**
 * Names that are common among people, though seldom on lists: the most frequent given names and surnames of Europe and the Americas; from
 * common knowledge of onomastics.
 */
const COMMON_NAMES = set(
  'smith johnson williams brown jones miller davis wilson anderson taylor thomas moore jackson white harris thompson robinson clark lewis lee ' +
    'walker hall allen young king wright scott green baker adams nelson hill campbell mitchell roberts carter phillips evans turner parker ' +
    'collins edwards stewart morris rogers reed cook morgan bell murphy bailey cooper richardson cox howard ward peterson gray james watson ' +
    'brooks kelly sanders price bennett wood barnes ross henderson coleman jenkins perry powell long patterson hughes washington butler simmons ' +
    'foster bryant alexander russell griffin hayes myers ford hamilton graham sullivan wallace woods cole west jordan owens reynolds fisher ellis ' +
    'harrison gibson mcdonald marshall murray freeman wells webb simpson stevens tucker porter hunter hicks crawford henry boyd mason kennedy ' +
    'warren dixon burns gordon shaw holmes rice robertson hunt black daniels palmer mills grant knight ferguson rose stone dunn perkins hudson ' +
    'spencer gardner payne pierce berry matthews arnold wagner willis ray watkins olson carroll duncan snyder hart cunningham lane andrews ' +
    'muller schmidt schneider fischer weber meyer becker schulz hoffmann koch bauer richter klein wolf schroder neumann schwarz zimmermann braun ' +
    'kruger hofmann hartmann lange schmitt werner krause meier lehmann kohler herrmann konig walter mayer huber kaiser fuchs peters lang scholz ' +
    'bernard dubois durand leroy moreau simon laurent lefebvre michel bertrand roux vincent fournier morel girard andre mercier dupont lambert ' +
    'rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti costa giordano mancini rizzo lombardi moretti ' +
    'silva santos ferreira pereira oliveira rodrigues martins sousa fernandes goncalves gomes lopes marques alves almeida ribeiro pinto carvalho ' +
    'jansen visser smit bakker janssen peeters andersson johansson karlsson nilsson eriksson larsson olsson persson svensson hansen johansen ' +
    'olsen larsen andersen nielsen jensen pedersen christensen nowak kowalski novak horvat nagy kovacs toth szabo popescu popa papadopoulos ' +
    'mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna ' +
    'michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole ' +
    'anna samantha katherine christine debra rachel carolyn janet maria catherine heather diane julie olivia joyce victoria ruth virginia lauren ' +
    'kelly christina joan evelyn judith andrea hannah megan cheryl jacqueline martha madison teresa gloria sara janice ann kathryn sophia frances ' +
    'james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony mark donald steven andrew paul ' +
    'joshua kenneth kevin brian timothy ronald george jason edward jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott ' +
    'brandon benjamin samuel gregory alexander patrick frank raymond jack dennis jerry tyler aaron jose adam nathan henry zachary douglas peter ' +
    'kyle noah ethan jeremy christian walter keith austin roger terry sean gerald carl dylan harold jordan jesse bryan lawrence arthur gabriel ' +
    'bruce logan billy joe alan juan elijah willie albert wayne randy mason vincent liam roy bobby caleb bradley russell lucas philip martin ' +
    'carlos luis antonio francisco manuel pedro miguel rafael angel fernando ramon enrique javier alberto sergio diego ricardo mario eduardo ' +
    'roberto jorge alejandro raul jesus ana carmen isabel lucia elena marta cristina paula rosa pilar mercedes claudia gabriela valentina camila ' +
    'pierre jean philippe nicolas julien hans klaus wolfgang jurgen stefan andreas matthias giuseppe giovanni francesco marco luca paolo ' +
    'joao paulo ana beatriz lars anders erik sven johan olga irina natalia tatiana marek piotr anna jan tomasz peter eva',
);
/** As many listed persons, by the logarithm, as a name among people counts for. */
const COMMON_LEVEL = 6;
export const leastLevelOf = (word: string): number =>
  COMMON_NAMES.has(word) || isSpanishSurname(word) ? COMMON_LEVEL : 0;
/** Of the Portuguese names, which have the mother's surname first. */
export const PORTUGUESE_PARTICLES = set('da das do dos');

const groups = (text: string): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, number[]>();
  text.split('|').forEach((line, group) => {
    for (const word of line.split(' ')) found.set(word, [...(found.get(word) ?? []), group]);
  });
  return found;
};

const GROUPS = groups(`${PERSON_VARIANTS}|${ORGANISATION_VARIANTS}|${COMPANY_WORDS}`);
const NONE: readonly number[] = [];

/** The same by the fold, for the spellings of long words that no table has: Promishlennaya. */
const SHORTEST_FOLDED = 7;
const FOLDED = ((): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, readonly number[]>();
  for (const [word, each] of GROUPS)
    if (word.length >= SHORTEST_FOLDED)
      found.set(foldOf(word), [...new Set([...(found.get(foldOf(word)) ?? []), ...each])]);
  return found;
})();

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

/** Endings of English words, and of Russian adjectives as they are transliterated. */
const ENDING =
  /(?:ings?|ers?|ors?|ions?|ments?|ances?|ants?|ancy|ial|ical|al|ics?|ive|ary|ory|ies|es|[sey]|n(?:y[yi]?|ii?|a[yij]?a|o[yj]?e|yye|y?e|ogo|oy|yk?h)|ost[iy]?)$/;
const SHORTEST_ROOT = 5;
const MOST_ENDINGS = 3;
const rootOf = (word: string): string => {
  let root = word;
  for (let times = 0; times < MOST_ENDINGS; times += 1) {
    const shorter = root.replace(ENDING, '');
    if (shorter.length < SHORTEST_ROOT) break;
    root = shorter;
  }
  return root.length < SHORTEST_ROOT ? '' : foldOf(root);
};

/** Roots of what companies call themselves lie above those of children: Engine, Engineering, Engineers. */
export const ROOTS = 10_000;
const ROOT_WORDS: readonly string[] = [
  ...`${ORGANISATION_VARIANTS}|${COMPANY_WORDS}`.split(/[ |]/),
  ...ORGANISATION_LEVELS.keys(),
].filter((word) => !PERSON_LEVELS.has(word) && rootOf(word) !== '');
/** Of each root its number, after the groups of the words that have it. */
const ROOT_GROUPS = ((): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, Set<number>>();
  for (const word of ROOT_WORDS) {
    const root = rootOf(word);
    if (root === '') continue;
    const groups = found.get(root) ?? new Set();
    for (const each of GROUPS.get(word) ?? []) groups.add(each);
    found.set(root, groups);
  }
  return new Map([...found].map(([root, groups], at) => [root, [...groups, ROOTS + at]]));
})();

/** What words with a root begin with: most names do not. */
const ROOT_STARTS: ReadonlySet<string> = new Set([...ROOT_WORDS].map((word) => word.slice(0, 3)));

/** The groups of words that this word is a form of; patronymics go by the father's name. */
export const groupsOf = (word: string, fold = foldOf(word)): readonly number[] => {
  const groups = namesOf(word, fold);
  if (!ROOT_STARTS.has(word.slice(0, 3)) || PERSON_LEVELS.has(word)) return groups;
  const root = ROOT_GROUPS.get(rootOf(word));
  if (root === undefined) return groups;
  return groups.length === 0 ? root : [...groups, ...root.slice(-1)];
};

const namesOf = (word: string, fold: string): readonly number[] => {
  const known = GROUPS.get(word);
  if (known !== undefined) return known;
  const folded = word.length < SHORTEST_FOLDED ? undefined : FOLDED.get(fold);
  if (folded !== undefined) return folded;
  const last = word.charCodeAt(word.length - 1);
  if (word.length < 6 || !PATRONYMIC_ENDS.has(last)) return NONE;
  const son = SON.exec(word)?.[1];
  if (son !== undefined) return asChildren(son, SONS);
  const daughter = DAUGHTER.exec(word)?.[1];
  return daughter === undefined ? NONE : asChildren(daughter, DAUGHTERS);
};
