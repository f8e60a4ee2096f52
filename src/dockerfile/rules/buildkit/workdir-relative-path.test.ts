import { describeRule } from '../testing/describe-rule.ts'
import { workdirRelativePath } from './workdir-relative-path.ts'

const windows = { targetPlatform: { os: 'windows', architecture: 'amd64' } }

describeRule(workdirRelativePath, {
  catches: {
    'a relative path on a base image that nobody knows': {
      dockerfile: 'FROM a\nWORKDIR «app»\nWORKDIR pages\n',
      messages: [/"app"/],
      fixedUnsafely: 'FROM a\nWORKDIR /app\nWORKDIR pages\n',
    },
    'a relative path on nothing': {
      dockerfile: 'FROM scratch\nWORKDIR «./a/../b/»\n',
      fixed: 'FROM scratch\nWORKDIR /b/\n',
    },
    'a path with variables, which it does not mend': 'FROM a\nARG X=a\nWORKDIR «$X/b»\n',
    'a path of nothing but an empty variable': { dockerfile: 'FROM a\nARG X\nWORKDIR «$X»\n', messages: [/""/] },
    'the first of a stage that begins with another stage': {
      dockerfile: 'FROM scratch AS a\nFROM a\nWORKDIR «b»\n',
      fixed: 'FROM scratch AS a\nFROM a\nWORKDIR /b\n',
    },
    'a trigger where it is run': 'FROM a AS b\nONBUILD WORKDIR c\nFROM «b»\n',
    'a path of Windows, which it does not mend': {
      dockerfile: '# escape=`\nFROM a\nWORKDIR «app\\x»\nFROM a\nWORKDIR «d:\\a»\n',
      options: windows,
    },
  },
  leaves: {
    'a variable that an unknown base may have': 'FROM a\nWORKDIR ${HOMEDIR}\n',
    'absolute paths': 'FROM a\nWORKDIR /a\nWORKDIR b',
    'paths that variables make absolute': 'FROM a\nENV X=/a\nWORKDIR $X/b',
    'what is relative to a stage further below': 'FROM a AS b\nWORKDIR /b\nFROM b AS c\nFROM c\nWORKDIR d',
    'what is relative to a stage below': 'FROM a AS b\nWORKDIR /b\nFROM b\nWORKDIR c',
    'paths of Windows': {
      dockerfile: '# escape=`\nFROM a\nWORKDIR C:\\a\nFROM a\nWORKDIR \\a\nFROM a\nWORKDIR c:/a',
      options: windows,
    },
    'paths of Windows on a base for it':
      '# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2025\nWORKDIR C:\\a',
    'paths of Windows in a stage that is for it':
      '# escape=`\nFROM --platform=windows/amd64 a AS windows\nWORKDIR C:\\a',
  },
})
