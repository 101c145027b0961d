/**
 * Names under which strangers register: nobody owns them by a record in them. The registries' and hosters' most used ones of
 * publicsuffix.org; a name of one label is refused anyway, and every claim needs a record at the very name.
 */
const REGISTRIES: Readonly<Record<string, string>> = {
  ac: 'at id il in jp kr nz th uk za',
  co: 'at ca cr cz hu id il in it jp ke kr nz th tz ug uk ve vi za zm zw',
  com: 'ag ai ar au bd bh bn bo br by co cy do ec eg es et fj ge gh gr gt hk hr jm ky lb ly mk mm mt mx my na nf ng ni np om pa pe pg ph pk pl pt py qa ro ru sa sb sg sv tj tr tw ua uy vc ve vn',
  edu: 'au br cn es hk in mx my pe pl ro sg tr tw ua',
  gob: 'ar cl es mx pe',
  gov: 'au br cn in it pl sg tr ua uk za',
  go: 'id jp ke kr th',
  in: 'ua',
  kiev: 'ua',
  kyiv: 'ua',
  lviv: 'ua',
  ltd: 'uk',
  me: 'uk',
  mil: 'br kr',
  ne: 'jp kr',
  net: 'ar au br cn id il in ky mx my nz pl ru sg tr tw ua uk',
  nom: 'br co es',
  odesa: 'ua',
  or: 'at id jp kr th',
  org: 'ar au br cn es hk il in mx my nz pe pl ru sg tr tw ua uk za',
  plc: 'uk',
};

const HOSTERS = [
  'amazonaws.com azurewebsites.net azurestaticapps.net blogspot.com cloudfront.net duckdns.org dyndns.org elasticbeanstalk.com',
  'firebaseapp.com fly.dev github.io githubusercontent.com gitlab.io glitch.me herokuapp.com myshopify.com netlify.app ngrok.io',
  'ngrok-free.app no-ip.org onrender.com pages.dev pythonanywhere.com r2.dev railway.app sslip.io nip.io surge.sh trycloudflare.com',
  'vercel.app web.app weebly.com wixsite.com wordpress.com workers.dev eu.org',
];

const SUFFIXES: ReadonlySet<string> = new Set([
  ...Object.entries(REGISTRIES).flatMap(([label, countries]) =>
    countries.split(' ').map((c) => `${label}.${c}`),
  ),
  ...HOSTERS.flatMap((line) => line.split(' ')),
]);

export const isPublicSuffix = (name: string): boolean => SUFFIXES.has(name);
