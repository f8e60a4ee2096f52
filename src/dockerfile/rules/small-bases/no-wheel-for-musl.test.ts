import { describeRule } from '../testing/describe-rule.ts'
import { noWheelForMusl } from './no-wheel-for-musl.ts'

describeRule(noWheelForMusl, {
  catches: {
    'a package by name': {
      dockerfile: 'FROM python:3.13-alpine\nRUN pip install --no-cache-dir flask «torch==2.9.0»\n',
      messages: [/^PyPI has torch for glibc only, and this base has musl$/],
    },
    'in a stage that is only built':
      'FROM alpine AS build\nRUN apk add py3-pip && pip3 install «"onnxruntime>=1.20"»\nFROM alpine\nCOPY --from=build /a /a\n',
    'an index of PyTorch':
      'FROM python:alpine\nRUN pip install «torch» «torchvision» --index-url https://download.pytorch.org/whl/cpu\n',
    'a requirements file of the context': {
      dockerfile:
        'from python:3.13-alpine\r\nworkdir /app\r\ncopy requirements.txt .\r\nrun python -m pip install -r «requirements.txt»\r\n',
      context: { 'requirements.txt': '# models\nflask\nTensorFlow[and-cuda] ~= 2.20\n' },
      messages: [/^PyPI has tensorflow for glibc only/],
    },
    'uv, and a package once':
      'FROM python:alpine\nRUN uv pip install --system «playwright»\nRUN pip install playwright pytest\n',
  },
  leaves: {
    'bases with glibc': 'FROM python:3.13-slim\nRUN pip install torch\n',
    'packages that have wheels': 'FROM python:3.13-alpine\nRUN pip install numpy pandas pyarrow torchmetrics\n',
    "an index of one's own": 'FROM python:alpine\nRUN pip install torch --extra-index-url https://wheels.example.org\n',
    sources: 'FROM python:alpine\nRUN pip install "torch @ git+https://github.com/pytorch/pytorch"\n',
    'files that are not known': 'FROM python:alpine\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
    'lines for other systems': {
      dockerfile: 'FROM python:alpine\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
      context: { 'requirements.txt': 'torch; sys_platform == "darwin"\n' },
    },
    'packages of Alpine': 'FROM alpine\nRUN apk add --no-cache py3-torch\n',
    'other programs': 'FROM alpine\nRUN npm install playwright && echo pip install torch\n',
    'stages that are not needed': 'FROM python:alpine AS old\nRUN pip install torch\nFROM alpine\n',
  },
})
