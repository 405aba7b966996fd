using System.Net;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>The endpoint as a web server on 127.0.0.1, outside of Lambda or behind a web adapter.</summary>
internal static class LoopbackProcess
{
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(Func<string, string?> variable, Uri? emulator)
    {
        try
        {
            var settings = CloudSettings.Read(variable, withKeys: emulator is null);
            if (settings.Role != CloudRole.Mcp)
            {
                throw new CloudSettingsException([$"SMCP_ROLE is '{variable("SMCP_ROLE")}', which runs in Lambda only: AWS_LAMBDA_RUNTIME_API is not set."]);
            }

            await using var app = CloudHost.Compose(settings, emulator, builder => builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(IPAddress.Loopback, settings.Port);
            }));
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
    }
}
