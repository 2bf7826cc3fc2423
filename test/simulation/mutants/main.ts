/** `npm run sim:mutants`: which seed catches which deliberate fault. Fails if one gets away. */
import { hunt } from './hunt.ts';
import { mutants } from './mutants.ts';

let escaped = 0;
for (const mutant of mutants) {
  const caught = await hunt(mutant);
  if (caught === undefined) escaped += 1;
  const how =
    caught && `${caught.breach.kind}, promise ${caught.breach.promise}: ${caught.breach.what}`;
  const line = caught ? `seed ${String(caught.seed).padStart(2)}  ${how ?? ''}` : 'ESCAPED';
  process.stdout.write(`${mutant.name.padEnd(42)} ${line}\n`);
}
process.exitCode = escaped === 0 ? 0 : 1;
