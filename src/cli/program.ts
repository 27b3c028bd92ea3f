import { createRequire } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import { bench } from './bench.js';
import { type BenchModelArguments, benchModel } from './bench-model.js';
import { convert } from './convert.js';
import { describeError, exitCode, InputError } from './errors.js';
import { evaluate } from './evaluate.js';
import { inspect } from './inspect.js';
import { MODELS } from './models.js';
import { DATASETS, flag, OPTIMIZERS, PARSERS, parseThreads, type RunOptions } from './options.js';
import { parseLayout, parseMean, parseSize, parseStd, parseTop } from './picture-options.js';
import { predict } from './predict.js';
import { parseInputShape } from './saved-model.js';
import { print } from './terminal.js';
import { train, type TrainArguments } from './train.js';

const EXAMPLES = `
Examples:
  simdgrad train                                     learn the built-in handwriting
  simdgrad train --data mnist --epochs 3 --out runs/mnist
  simdgrad train --data ./ecg --optimizer adam       a folder of IDX, CIFAR-10 or CSV files
  simdgrad train --resume runs/mnist                 go on after an interruption
  simdgrad train --resume runs/mnist --epochs 10     train on, to ten epochs in all
  simdgrad predict runs/mnist digit.png              what is in the picture?
  simdgrad evaluate runs/mnist --data strokes        how does it do on other data?
  simdgrad inspect runs/mnist                        layers, options, scores
  simdgrad predict net.onnx cat.jpg --labels classes.txt --top 5
  simdgrad convert runs/mnist mnist.onnx             for other programs
  simdgrad bench net.tflite                          latency, time by op, memory
  simdgrad bench                                     how fast is it here?
`;

const COMMANDS = 'train, predict, evaluate, inspect, convert or bench';

const MODEL_FILE =
  'folder of simdgrad train or of any saved model, or a file of ONNX, TensorFlow.js (model.json) or TFLite';

const MODEL_FOLDER = 'folder of simdgrad train, or of any saved model';

/** Name of the value and description of each option of a run. */
const HELP: Readonly<Record<keyof RunOptions, readonly [value: string, description: string]>> = {
  data: ['data', `${DATASETS.join(', ')} or a folder (default: strokes)`],
  model: ['name', `${MODELS.join(' or ')} (default: lenet)`],
  epochs: ['n', 'times through the training data (default: 5)'],
  batchSize: ['n', 'samples of a step (default: 32)'],
  optimizer: ['name', `${OPTIMIZERS.join(', ')} (default: sgd)`],
  lr: ['x', 'learning rate (default: 0.01 for sgd, 0.001 for adam and adamw, 1 for adadelta)'],
  momentum: ['x', 'of sgd (default: 0.9)'],
  weightDecay: ['x', 'pull of the weights towards 0 (default: 0; 0.01 for adamw)'],
  seed: ['n', 'the same seed gives the same weights (default: 0)'],
  trainSize: ['n', 'how many strokes to draw for training (default: 20000)'],
  testSize: ['n', 'how many strokes to draw for the test (default: 4000)'],
  limit: ['n', 'train on the first n samples only'],
  valSplit: [
    'x',
    'validate on so many training samples, or this share (default: on the test data)',
  ],
};

/** Runs the command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that goes away (`| head`) ends the output, not the work.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  try {
    await makeProgram().parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const known = error instanceof CommanderError ? usageError(error, argv[0]) : error;
    print(process.stderr, `simdgrad: ${describeError(known)}`);
    return exitCode(known);
  }
}

function makeProgram(): Command {
  const program = new Command('simdgrad')
    .allowExcessArguments(false)
    .description('Trains and runs convolutional networks in WebAssembly SIMD.')
    .version(version(), '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    // Errors are printed by `main`, on one line.
    .configureOutput({ outputError: () => undefined, writeErr: () => undefined })
    .action((_options, command: Command) => {
      const [name] = command.args;
      throw new InputError(
        `command: expected ${COMMANDS}, got ${name === undefined ? 'none' : `'${name}'`}: ` +
          'see simdgrad --help',
      );
    });
  addTrain(program);
  addPredict(program);
  program
    .command('evaluate')
    .description('measure a trained model on the test part of a data set')
    .argument('<run>', MODEL_FOLDER)
    .option('--data <data>', `${DATASETS.join(', ')} or a folder (default: that of the run)`)
    .addOption(threadsOption())
    .option('--json', 'print JSON')
    .action(evaluate);
  program
    .command('inspect')
    .description('show layers, data, options, history and scores of a run')
    .argument('<run>', MODEL_FOLDER)
    .addOption(inputShapeOption())
    .action(inspect);
  addBench(program);
  program
    .command('convert')
    .description('write a model as .onnx, its weights as .safetensors, or a folder of this library')
    .argument('<model>', MODEL_FILE)
    .argument('<out>', 'file .onnx or .safetensors, or a folder')
    .option('--float16', 'floats in half the bytes')
    .option('--torch', 'safetensors by the names and in the layout of PyTorch')
    .addOption(inputShapeOption())
    .action(convert);
  // Only now: the commands take over settings. An argument that is no command has a better error than "too many".
  program.allowExcessArguments();
  return program;
}

function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('train a model and write a folder with weights, checkpoint, history and a report');
  for (const key of Object.keys(HELP) as (keyof RunOptions)[]) {
    const [value, description] = HELP[key];
    const parse = (text: string) => PARSERS[key](flag(key), text);
    command.addOption(new Option(`${flag(key)} <${value}>`, description).argParser(parse));
  }
  command
    .addOption(threadsOption())
    .option('--out <folder>', 'folder to write (default: runs/<data>-<model>-<time>)')
    .option(
      '--resume [run]',
      'go on with a run; its options are known, --epochs and --lr may be new',
    )
    .option('--json <file>', 'write the results as JSON; - for the standard output')
    .action(async ({ threads, out, resume, json, ...options }: TrainOptionValues) => {
      await train({
        options,
        threads,
        ...(out === undefined ? {} : { out }),
        ...(resume === undefined ? {} : { resume }),
        ...(json === undefined ? {} : { json }),
      });
    });
}

function addPredict(program: Command): void {
  program
    .command('predict')
    .description('say what a model takes PNG or JPEG pictures for')
    .argument('<model>', MODEL_FILE)
    .argument('<image...>', 'pictures')
    .option('--labels <file>', 'names of the classes: one a line, or a list as JSON')
    .option('--top <n>', 'how many classes to show (default: 3)', parseTop)
    .option('--mean <numbers>', 'taken from each channel of bytes / 255', parseMean)
    .option('--std <numbers>', 'what each channel is divided by then', parseStd)
    .option('--size <sizes>', 'height,width where the file leaves them open', parseSize)
    .option('--layout <layout>', 'NHWC or NCHW, where the shape does not tell', parseLayout)
    .addOption(inputShapeOption())
    .option('--json', 'print JSON')
    .action(predict);
}

function addBench(program: Command): void {
  program
    .command('bench')
    .description(
      'measure a model: latency, time by op, memory; without one the speed on this machine, next to plain JavaScript and to the peak',
    )
    .argument('[model]', MODEL_FILE)
    .addOption(inputShapeOption())
    .option('--threads <n>', 'threads that compute a model (default: 1)', parseThreads)
    .option('--json <file>', 'write the results as JSON; - for the standard output')
    .action((model: string | undefined, options: BenchModelArguments) =>
      model === undefined ? bench(options) : benchModel(model, options),
    );
}

function inputShapeOption(): Option {
  return new Option(
    '--input-shape <sizes>',
    'shape of one sample, as in 28,28,1, where model.json does not say it',
  ).argParser(parseInputShape);
}

function threadsOption(): Option {
  return new Option('--threads <n>', 'threads that compute; auto: one for each core, 8 at most')
    .argParser(parseThreads)
    .default('auto', 'auto');
}

type TrainOptionValues = Partial<RunOptions> & Omit<TrainArguments, 'options'>;

/** What commander found wrong, in our words and with what would have been right. */
function usageError(error: CommanderError, command: string | undefined): InputError {
  if (error.code === 'commander.help') return new InputError(`help: expected ${COMMANDS}`);
  const text = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return new InputError(
    error.code === 'commander.unknownOption'
      ? `${text}: expected ${optionNames(command)}`
      : `${text}: see simdgrad --help`,
    { cause: error },
  );
}

/** The options of a command, for one who mistyped them. */
function optionNames(name: string | undefined): string {
  const program = makeProgram();
  const command = program.commands.find((other) => other.name() === name) ?? program;
  const names = [...command.options.map(({ long }) => long), '--help'];
  return `one of ${[...new Set(names)].join(', ')}`;
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function version(): string {
  const pkg = createRequire(import.meta.url)('simdgrad/package.json') as { version: string };
  return pkg.version;
}
