import { describeRule } from '../testing/describe-rule.ts'
import { unexecutedSubstitution } from './unexecuted-substitution.ts'

describeRule(unexecutedSubstitution, {
  catches: {
    'commands in ENV, ARG and LABEL': {
      dockerfile:
        'FROM debian\nENV A=«$(date)» B="x «$(uname -m)»"\nARG C=«`git rev-parse HEAD`»\nlabel d="«$(whoami)»"\r\n',
      messages: [/nothing runs "\$\(date\)"/, /uname -m/, /git rev-parse/],
    },
    'commands in paths, owners and ports': 'FROM debian\nWORKDIR «$(pwd)»/a\nCOPY a «$(pwd)»/b\nUSER «$(id -u)»\n',
    'the old form of ENV': 'FROM debian\nENV A «$(date)»\n',
  },
  leaves: {
    scripts: 'FROM debian\nRUN echo $(date) `date`\nCMD echo $(date)\nHEALTHCHECK CMD test $(a)',
    'single quotes, and an escape': 'FROM debian\nENV A=\'$(date)\' B="\\$(date)" C="it\'s \'$(X)"',
    'names in capital letters': 'FROM debian\nENV A=$(POD_NAME)',
    'prompts, and labels that say what to type':
      'FROM debian\nENV PS1="$(whoami)> "\nLABEL usage="docker run -v $(pwd):/a b"',
    variables: 'FROM debian\nENV A=${B} C=$D',
    'a backquote that continues lines': '# escape=`\nFROM debian\nENV A=a `\n  B=b `\n  C=c',
    'stages that the build does not need': 'FROM debian AS a\nENV A=$(date)\nFROM scratch',
  },
})
