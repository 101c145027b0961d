// Lints texts as if they lay at the given paths, with the rules of eslint.config.mjs, without type information (the files do
// not exist). In a process of its own: Jest cannot load an ES module configuration.
// stdin: [{ "path": "src/...", "code": "..." }]; stdout: [["rule", ...], ...], one list for each text.
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const eslint = new ESLint({
  cwd,
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
  ],
});
const planted = JSON.parse(await text(process.stdin));
const found = [];
for (const { path, code } of planted) {
  const [result] = await eslint.lintText(code, { filePath: `${cwd}${path}` });
  found.push(result.messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(JSON.stringify(found));
