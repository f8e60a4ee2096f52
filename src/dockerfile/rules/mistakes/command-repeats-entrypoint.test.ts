import { describeRule } from '../testing/describe-rule.ts'
import { commandRepeatsEntrypoint } from './command-repeats-entrypoint.ts'

describeRule(commandRepeatsEntrypoint, {
  catches: {
    'the program named twice':
      'FROM python:3.13\nENTRYPOINT ["python", "manage.py"]\nCMD [«"python"», "manage.py", "runserver"]\n',
    'it in stages that build on each other': 'FROM node AS a\nENTRYPOINT ["npm"]\nFROM a\ncmd [«"npm"», "start"]\r\n',
  },
  leaves: {
    arguments: 'FROM python:3.13\nENTRYPOINT ["python"]\nCMD ["manage.py", "runserver"]',
    'programs that run a command':
      'FROM node\nENTRYPOINT ["docker-entrypoint.sh", "node"]\nCMD ["docker-entrypoint.sh"]',
    'an argument of that name': 'FROM node\nENTRYPOINT ["npm", "run"]\nCMD ["dev", "npm"]',
    'the shell form, where other rules speak': 'FROM node\nENTRYPOINT ["node"]\nCMD node app.js',
    'another program of the same name': 'FROM node\nENTRYPOINT ["/opt/node"]\nCMD ["node", "app.js"]',
  },
})
