import { describeRule } from '../testing/describe-rule.ts'
import { secretsUsedInArgOrEnv } from './secrets-used-in-arg-or-env.ts'

describeRule(secretsUsedInArgOrEnv, {
  catches: {
    'names of secrets in ARG and ENV': {
      dockerfile: 'FROM a\nARG A «NPM_TOKEN» «SECRET»=x\nENV «api_key»=x B=y\n',
      messages: [/^ARG "NPM_TOKEN"/, /^ARG "SECRET"/, /^ENV "api_key"/],
    },
    'every word that names one':
      'FROM a\nARG «APIKEY» «X_AUTH» «CREDENTIAL» «CREDENTIALS» «KEY» «PASSWORD» «PWORD» «PASSWD» «_SECRET_»\n',
    'a name that variables make': { dockerfile: 'FROM a\nARG N=KEY\nENV «${N}_B»=x\n', messages: [/"KEY_B"/] },
    'a trigger where it is run': 'FROM a AS b\nONBUILD ARG TOKEN\nFROM «b»\n',
  },
  leaves: {
    'words that are a part of others': 'FROM a\nARG MONKEY AUTHOR TOKENS KEYFILE PASS PWD OAUTH KEY-ID',
    'what is harmless': 'FROM a\nARG PUBLIC_KEY KEY_FILE TOKEN_VERSION',
    'ARG before the first FROM, and labels': 'ARG TOKEN\nFROM a\nLABEL token=x',
  },
})
