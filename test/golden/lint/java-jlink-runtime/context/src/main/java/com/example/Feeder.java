package com.example;

class Feeder {}
