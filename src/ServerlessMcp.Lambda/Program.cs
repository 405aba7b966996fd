using ServerlessMcp.Lambda.Hosting;

// bootstrap [--emulator URL]: a function is started without arguments, so no variable can lead it to an emulator.
var emulator = args is ["--emulator", var url] ? new Uri(url) : null;
return Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is { Length: > 0 } address
    ? await LambdaProcess.RunAsync(address, Environment.GetEnvironmentVariable, emulator)
    : await LoopbackProcess.RunAsync(Environment.GetEnvironmentVariable, emulator);
