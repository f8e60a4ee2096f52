import { describeRule } from '../testing/describe-rule.ts'
import { cudaWheels } from './cuda-wheels.ts'

describeRule(cudaWheels, {
  catches: {
    'PyTorch by name': {
      dockerfile:
        'FROM python:3.13-slim\nRUN «pip install» --no-cache-dir flask torch==2.9.1\nRUN pip install torchvision\n',
      messages: [/^torch comes with the libraries of CUDA$/],
    },
    'what needs it, in a stage of which only files are taken, and for uv':
      'FROM python AS a\nRUN «uv pip install» "sentence-transformers[train]>=3"\nFROM python:slim\nCOPY --from=a /venv /venv\n',
    'a list of the context': {
      dockerfile: 'FROM python\nCOPY requirements.txt /tmp/\nRUN «pip install» -r /tmp/requirements.txt\n',
      context: { 'requirements.txt': '# models\nflask\nOpenAI_Whisper>=2024\n' },
    },
  },
  leaves: {
    'variants that are named':
      'FROM python\nRUN pip install torch --index-url https://download.pytorch.org/whl/cpu\nRUN pip install sentence-transformers\n',
    'wheels for the processor, and those of a certain CUDA':
      'FROM python AS a\nRUN pip install torch==2.9.1+cpu\nFROM python\nRUN pip install torch -f https://example.com\nCOPY --from=a /x /x\n',
    'what a stage below has already':
      'FROM python AS base\nRUN pip install torch --index-url https://download.pytorch.org/whl/cpu\nFROM base\nRUN pip install sentence-transformers\n',
    'lists that say where it comes from': {
      dockerfile: 'FROM python\nRUN pip install -r requirements.txt\n',
      context: { 'requirements.txt': '--extra-index-url https://download.pytorch.org/whl/cpu\ntorch\n' },
    },
    'images for a GPU': 'FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install torch\n',
    'images that ask for one': 'FROM python\nENV NVIDIA_VISIBLE_DEVICES=all\nRUN pip install torch\n',
    'other processors': {
      dockerfile: 'FROM python\nRUN pip install torch\n',
      options: { targetPlatform: { os: 'linux', architecture: 'arm64' } },
    },
    'other packages, and stages that nobody needs':
      'FROM python AS a\nRUN pip install torch\nFROM python\nRUN pip install flask pytorch-x -r torch.txt\n',
  },
})
