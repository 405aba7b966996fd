using ServerlessMcp.Lambda.Hosting;

// bootstrap [--emulator URL]: a function is started without arguments, so no variable can lead it to an emulator.
var emulator = args is ["--emulator", var url] ? new Uri(url) : null;
try
{
    var app = CloudHost.Compose(CloudSettings.Read(Environment.GetEnvironmentVariable, withKeys: emulator is null), emulator);
    await app.StartAsync();
    await Console.Out.WriteLineAsync($"Listening on {app.Urls.Single()}{ServerlessMcp.Server.ServerlessMcpServer.Path}");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (CloudSettingsException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
