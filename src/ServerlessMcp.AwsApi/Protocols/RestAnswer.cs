using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Answers of restJson1 and restXml: members come from the status, headers and the body.</summary>
internal sealed class RestAnswer(ServiceModel model)
{
    public void Read(Shape shape, WireAnswer answer, JsonObject output)
    {
        foreach (var member in shape.Members)
        {
            ReadOutsideBody(member, answer, output);
        }

        if (answer.Body.Length == 0)
        {
            return;
        }

        if (shape.Members.FirstOrDefault(member => member.IsPayload) is { } payload)
        {
            output[payload.Name] = ReadPayload(payload, answer.Body);
        }
        else if (shape.Members.Any(IsInBody))
        {
            ReadBody(shape, answer.Body, output);
        }
    }

    // The bindings to URI and query mean nothing in an answer.
    private static bool IsInBody(Member member) =>
        member is { Header: null, PrefixHeaders: null, IsStatusCode: false, IsPayload: false };

    private void ReadOutsideBody(Member member, WireAnswer answer, JsonObject output)
    {
        if (member.IsStatusCode)
        {
            output[member.Name] = answer.Status;
        }
        else if (member.Header is { } header && answer.Headers.TryGetValue(header, out var text))
        {
            output[member.Name] = HeaderText.Read(model, member, text);
        }
        else if (member.PrefixHeaders is { } prefix)
        {
            var found = answer.Headers.Where(pair => pair.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
            output[member.Name] = new JsonObject(found.Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], (JsonNode?)pair.Value)));
        }
    }

    private JsonNode? ReadPayload(Member payload, byte[] body)
    {
        switch (payload.Kind)
        {
            case ShapeKind.Blob or ShapeKind.Stream:
                return Convert.ToBase64String(body);
            case ShapeKind.String:
                return Encoding.UTF8.GetString(body);
            case var _ when model.Protocol == AwsProtocol.RestXml:
                return new XmlAnswer(model).ReadValue(payload, [XmlAnswer.Root(body)]);
            default:
                using (var document = Protocol.ParseJson(body))
                {
                    return new JsonBody(model).ReadValue(payload, document.RootElement);
                }
        }
    }

    private void ReadBody(Shape shape, byte[] body, JsonObject output)
    {
        if (model.Protocol == AwsProtocol.RestXml)
        {
            var root = XmlAnswer.Root(body);
            if (!root.HasElements && shape.XmlName is { } name && shape.Members is [var only] && IsInBody(only) && name == (only.XmlName ?? only.Name))
            {
                // S3 GetBucketLocation: the root element is itself the only member.
                output[only.Name] = Scalars.Read(root.Value, only);
                return;
            }

            new XmlAnswer(model).Read(shape, root, output, IsInBody);
            return;
        }

        using var document = Protocol.ParseJson(body);
        new JsonBody(model).Read(shape, document.RootElement, output, IsInBody);
    }
}
